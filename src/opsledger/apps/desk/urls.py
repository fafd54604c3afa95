from django.urls import path

from opsledger.apps.desk.views import acts, lists, report, ticket

app_name = "desk"
urlpatterns = [
    path("c/<slug:slug>/report/", report.report, name="report"),
    path("c/<slug:slug>/tickets/", lists.tickets, name="tickets"),
    path("c/<slug:slug>/tickets/<str:number>/", ticket.ticket, name="ticket"),
    path("c/<slug:slug>/tickets/<str:number>/timers/", ticket.timers, name="timers"),
    path("c/<slug:slug>/tickets/<str:number>/note/", ticket.note, name="note"),
    path("c/<slug:slug>/tickets/<str:number>/sheet/", ticket.sheet, name="sheet"),
    path("c/<slug:slug>/tickets/<str:number>/files/<int:file_id>/", ticket.file, name="file"),
    path("c/<slug:slug>/tickets/<str:number>/do/<str:action>/", acts.act, name="act"),
]
