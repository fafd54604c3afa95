"""The desk for programs: the same services and selectors as the screens."""

from opsledger.apps.desk.api import beside, knowledge, rosters, routes

ROUTERS = (routes.router, beside.router, knowledge.router, rosters.router)

__all__ = ["ROUTERS"]
