"""Contracts for programs: the same services and selectors as the screens."""

from opsledger.apps.contracts.api import gaps, routes

ROUTERS = (routes.router, gaps.router)

__all__ = ["ROUTERS"]
