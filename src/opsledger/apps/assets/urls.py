from django.urls import path

from opsledger.apps.assets import views

app_name = "assets"
urlpatterns = [
    path("c/<slug:slug>/assets/", views.assets, name="assets"),
    path("c/<slug:slug>/assets/new/", views.new_asset, name="new"),
    path("c/<slug:slug>/assets/endings/", views.endings, name="endings"),
    path("c/<slug:slug>/assets/takeover/", views.takeover, name="takeover"),
    path("c/<slug:slug>/assets/map/", views.asset_map, name="map"),
    path("c/<slug:slug>/assets/labels/", views.labels, name="labels"),
    path("c/<slug:slug>/assets/imports/", views.imports, name="imports"),
    path("c/<slug:slug>/assets/imports/sample.xlsx", views.sample, name="sample"),
    path("c/<slug:slug>/assets/imports/<int:batch_id>/", views.import_, name="import"),
    path("c/<slug:slug>/assets/spares/", views.spares, name="spares"),
    path("c/<slug:slug>/assets/a/<str:code>/", views.asset, name="asset"),
    path("c/<slug:slug>/assets/a/<str:code>/edit/", views.edit_asset, name="edit"),
]
