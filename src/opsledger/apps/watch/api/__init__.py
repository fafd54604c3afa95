"""Monitoring for programs: figures are read, values, outages and requests handed in."""

from opsledger.apps.watch.api import acts, figures

ROUTERS = (figures.router, acts.router)

__all__ = ["ROUTERS"]
