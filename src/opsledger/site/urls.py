"""Every address of the application."""

from django.urls import include, path

from opsledger.site import views
from opsledger.site.calculator import calculator

urlpatterns = [
    path("", views.home, name="home"),
    path("tools/limits/", calculator, name="calculator"),
    path("healthz", views.healthz, name="healthz"),
    path("admin/health/", views.health, name="health"),
    path("", include("opsledger.apps.accounts.urls")),
    path("", include("opsledger.apps.ledger.urls")),
    path("", include("opsledger.apps.contracts.urls")),
    path("", include("opsledger.apps.watch.urls")),
    path("", include("opsledger.apps.duties.urls")),
    path("", include("opsledger.apps.desk.urls")),
    path("", include("opsledger.apps.assessment.urls")),
]
