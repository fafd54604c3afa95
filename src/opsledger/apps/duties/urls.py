from django.urls import path

from opsledger.apps.duties import views

app_name = "duties"
urlpatterns = [
    path("c/<slug:slug>/obligations/", views.obligations, name="obligations"),
    path("c/<slug:slug>/obligations/<int:obligation_id>/", views.obligation, name="obligation"),
    path("c/<slug:slug>/occurrences/", views.occurrences, name="occurrences"),
    path("c/<slug:slug>/occurrences/verify/", views.verify_queue, name="verify"),
    path("c/<slug:slug>/occurrences/<int:occurrence_id>/", views.occurrence, name="occurrence"),
    path(
        "c/<slug:slug>/occurrences/<int:occurrence_id>/files/<int:attachment_id>/",
        views.evidence_file,
        name="file",
    ),
    path("c/<slug:slug>/findings/", views.findings, name="findings"),
    path("c/<slug:slug>/findings/new/", views.new_finding, name="new_finding"),
    path("c/<slug:slug>/findings/<int:finding_id>/", views.finding, name="finding"),
    path(
        "c/<slug:slug>/findings/<int:finding_id>/files/<int:attachment_id>/",
        views.finding_file,
        name="finding_file",
    ),
    path("c/<slug:slug>/templates/", views.templates, name="templates"),
    path("c/<slug:slug>/templates/sample.xlsx", views.sample, name="template_sample"),
    path("c/<slug:slug>/templates/<slug:key>/", views.template, name="template"),
    path("c/<slug:slug>/samples/", views.samples, name="samples"),
    path("c/<slug:slug>/samples/<int:draw_id>/", views.sample_, name="sample"),
    path("c/<slug:slug>/workload/", views.workload, name="workload"),
    path("c/<slug:slug>/calendar.ics", views.ical, name="ical"),
    path("c/<slug:slug>/quotas/", views.quotas, name="quotas"),
    path("c/<slug:slug>/staff/", views.staff, name="staff"),
    path("c/<slug:slug>/staff/replacements/<int:replacement_id>/", views.replacement, name="replacement"),
    path("round-worker.js", views.worker, name="round_worker"),
    path("c/<slug:slug>/occurrences/<int:occurrence_id>/round/", views.begin, name="begin"),
    path("c/<slug:slug>/rounds/<int:round_id>/", views.round_, name="round"),
    path("c/<slug:slug>/rounds/<int:round_id>/sync/", views.sync, name="sync"),
    path("c/<slug:slug>/rounds/<int:round_id>/order/", views.order, name="order"),
    path("c/<slug:slug>/rounds/<int:round_id>/answer/", views.answer, name="answer"),
    path("c/<slug:slug>/rounds/<int:round_id>/photos/", views.round_photo, name="round_photo"),
    path("c/<slug:slug>/calendar/", views.calendar, name="calendar"),
    path("feeds/duties/<str:key>.ics", views.calendar_feed, name="calendar_feed"),
    path("c/<slug:slug>/matrix/", views.matrix, name="matrix"),
]
