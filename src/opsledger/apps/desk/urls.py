from django.urls import path

from opsledger.apps.desk.views import acts, beside, lists, report, ticket

app_name = "desk"
urlpatterns = [
    path("c/<slug:slug>/report/", report.report, name="report"),
    path("c/<slug:slug>/tickets/", lists.tickets, name="tickets"),
    path("c/<slug:slug>/tickets/<str:number>/", ticket.ticket, name="ticket"),
    path("c/<slug:slug>/tickets/<str:number>/timers/", ticket.timers, name="timers"),
    path("c/<slug:slug>/tickets/<str:number>/note/", ticket.note, name="note"),
    path("c/<slug:slug>/tickets/<str:number>/sheet/", ticket.sheet, name="sheet"),
    path("c/<slug:slug>/tickets/<str:number>/files/<int:file_id>/", ticket.file, name="file"),
    path("c/<slug:slug>/tickets/<str:number>/link/", beside.link, name="link"),
    path("c/<slug:slug>/tickets/<str:number>/unlink/<int:link_id>/", beside.unlink, name="unlink"),
    path("c/<slug:slug>/tickets/<str:number>/split/", beside.split, name="split"),
    path("c/<slug:slug>/tickets/<str:number>/time/<int:event_id>/", beside.time, name="time"),
    path("c/<slug:slug>/tickets/<str:number>/approval/", beside.ask_approval, name="ask_approval"),
    path("c/<slug:slug>/tickets/<str:number>/approval/<int:approval_id>/", beside.answer, name="answer"),
    path("c/<slug:slug>/tickets/<str:number>/watch/", beside.watch, name="watch"),
    path("c/<slug:slug>/tickets/<str:number>/callback/", beside.call_back, name="call_back"),
    path("c/<slug:slug>/tickets/<str:number>/do/<str:action>/", acts.act, name="act"),
]
