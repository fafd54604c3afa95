from django.urls import path

from opsledger.apps.documents import views

app_name = "documents"
urlpatterns = [
    path("c/<slug:slug>/assessment/<str:period_id>/sheet.<str:form>", views.score_sheet, name="score_sheet"),
]
