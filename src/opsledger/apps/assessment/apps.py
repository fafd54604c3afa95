from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "opsledger.apps.assessment"
    label = "assessment"
    verbose_name = "考核"
