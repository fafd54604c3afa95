"""Assets for programs: the same services and selectors as the screens."""

from opsledger.apps.assets.api import imports, looks, register, spares, takeover

ROUTERS = (register.router, looks.router, spares.router, takeover.router, imports.router)

__all__ = ["ROUTERS"]
