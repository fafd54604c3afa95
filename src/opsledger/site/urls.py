"""Every address of the application."""

from django.urls import include, path, re_path

from opsledger.site import views
from opsledger.site.api import api, no_operation
from opsledger.site.api_page import api_page
from opsledger.site.calculator import calculator
from opsledger.site.home import home
from opsledger.site.home.others import health
from opsledger.site.search import search

urlpatterns = [
    path("", home, name="home"),
    path("c/<slug:slug>/search/", search, name="search"),
    path("tools/limits/", calculator, name="calculator"),
    path("tools/api/", api_page, name="api_page"),
    path("api/v1/", api.urls),
    re_path(r"^api/v1/", no_operation, name="no_operation"),
    path("healthz", views.healthz, name="healthz"),
    path("admin/health/", health, name="health"),
    path("", include("opsledger.apps.accounts.urls")),
    path("", include("opsledger.apps.ledger.urls")),
    path("", include("opsledger.apps.contracts.urls")),
    path("", include("opsledger.apps.assets.urls")),
    path("", include("opsledger.apps.watch.urls")),
    path("", include("opsledger.apps.duties.urls")),
    path("", include("opsledger.apps.desk.urls")),
    path("", include("opsledger.apps.documents.urls")),
    path("", include("opsledger.apps.assessment.urls")),
]
