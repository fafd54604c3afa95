from django.urls import path

from opsledger.apps.assessment import views

app_name = "assessment"
_ONE = "c/<slug:slug>/assessment/<str:period_id>/"
urlpatterns = [
    path("c/<slug:slug>/assessment/", views.periods, name="periods"),
    path("c/<slug:slug>/payments/", views.payments, name="payments"),
    path("c/<slug:slug>/readings/", views.readings, name="readings"),
    path(_ONE, views.period, name="period"),
    path(_ONE + "fill/", views.fill, name="fill"),
    path(_ONE + "rows/<int:row_id>/withdraw/", views.withdraw, name="withdraw"),
    path(_ONE + "facts/<str:fact_id>/exclude/", views.exclude, name="exclude"),
    path(_ONE + "facts/<str:fact_id>/object/", views.object_to, name="object"),
    path(_ONE + "exclusions/<int:exclusion_id>/", views.decide_exclusion, name="decide_exclusion"),
    path(_ONE + "objections/<int:objection_id>/", views.decide_objection, name="decide_objection"),
    path(_ONE + "issue/", views.issue, name="issue"),
    path(_ONE + "recall/", views.recall, name="recall"),
    path(_ONE + "sign/", views.sign, name="sign"),
    path(_ONE + "correct/", views.correct, name="correct"),
]
