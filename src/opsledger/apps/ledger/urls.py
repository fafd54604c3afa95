from django.urls import path

from opsledger.apps.ledger import views

app_name = "ledger"
urlpatterns = [path("c/<slug:slug>/ledger/", views.entries, name="entries")]
