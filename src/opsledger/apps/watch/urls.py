from django.urls import path

from opsledger.apps.watch import views

app_name = "watch"
urlpatterns = [
    path("c/<slug:slug>/availability/", views.availability, name="availability"),
    path("c/<slug:slug>/availability/exclusions/", views.exclusions, name="exclusions"),
    path("c/<slug:slug>/availability/items/<str:no>/", views.item, name="item"),
    path("c/<slug:slug>/availability/items/<str:no>/exclude/", views.ask_exclusion, name="ask"),
    path("c/<slug:slug>/availability/outages/<int:outage_id>/end/", views.end_outage, name="end"),
]
