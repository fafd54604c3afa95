from django.urls import path

from opsledger.apps.contracts import views

app_name = "contracts"
urlpatterns = [
    path("c/<slug:slug>/", views.summary, name="summary"),
    path("c/<slug:slug>/obligations/", views.obligations, name="obligations"),
]
