"""The desk for programs: the same services and selectors as the screens."""

from opsledger.apps.desk.api.routes import router

__all__ = ["router"]
