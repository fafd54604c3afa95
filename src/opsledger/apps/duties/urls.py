from django.urls import path

from opsledger.apps.duties import views

app_name = "duties"
urlpatterns = [
    path("c/<slug:slug>/occurrences/", views.occurrences, name="occurrences"),
    path("c/<slug:slug>/occurrences/verify/", views.verify_queue, name="verify"),
    path("c/<slug:slug>/occurrences/<int:occurrence_id>/", views.occurrence, name="occurrence"),
    path(
        "c/<slug:slug>/occurrences/<int:occurrence_id>/files/<int:attachment_id>/",
        views.evidence_file,
        name="file",
    ),
    path("c/<slug:slug>/calendar/", views.calendar, name="calendar"),
    path("c/<slug:slug>/matrix/", views.matrix, name="matrix"),
]
