from django.urls import path

from opsledger.apps.documents import views

app_name = "documents"
urlpatterns = [
    path("c/<slug:slug>/deliverables/", views.register, name="register"),
    path("c/<slug:slug>/reports/", views.reports, name="reports"),
    path("c/<slug:slug>/acceptance.docx", views.acceptance_report, name="acceptance_report"),
    path("c/<slug:slug>/reports/<str:period_id>.docx", views.operations_report, name="operations_report"),
    path("c/<slug:slug>/reports/<str:period_id>/pack/", views.audit_pack, name="audit_pack"),
    path("c/<slug:slug>/tickets/<str:number>/report.docx", views.fault_report, name="fault_report"),
    path("c/<slug:slug>/occurrences/<int:occurrence_id>/report.docx", views.task_report, name="task_report"),
    path("c/<slug:slug>/assessment/<str:period_id>/sheet.<str:form>", views.score_sheet, name="score_sheet"),
]
