from django.urls import path

from opsledger.apps.contracts import role_views, views
from opsledger.apps.contracts.review.urls import urlpatterns as review_urls

app_name = "contracts"
urlpatterns = [
    path("admin/contracts/", role_views.contracts, name="all"),
    path("c/<slug:slug>/roles/", role_views.roles, name="roles"),
    path("c/<slug:slug>/roles/<int:membership_id>/withdraw/", role_views.withdraw, name="withdraw_role"),
    path("c/<slug:slug>/", views.summary, name="summary"),
    path("c/<slug:slug>/items/", views.items, name="items"),
    path("c/<slug:slug>/items/<str:no>/", views.item, name="item"),
    path("c/<slug:slug>/terms/", views.terms, name="terms"),
    path("c/<slug:slug>/gaps/", views.gaps, name="gaps"),
    path("c/<slug:slug>/gaps/<int:obligation_id>/", views.agree, name="agree"),
    *review_urls,
]
