"""Scores and money for programs; issuing, signing, recalling and correcting a sheet stay with people."""

from opsledger.apps.assessment.api import acts, money, sheets

ROUTERS = (sheets.router, acts.router, money.router)

__all__ = ["ROUTERS"]
