"""Every address of the application."""

from django.urls import include, path

from opsledger.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("admin/health/", views.health, name="health"),
    path("", include("opsledger.apps.accounts.urls")),
    path("", include("opsledger.apps.ledger.urls")),
    path("", include("opsledger.apps.contracts.urls")),
]
