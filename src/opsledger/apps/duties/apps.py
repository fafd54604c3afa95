from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "opsledger.apps.duties"
    label = "duties"
    verbose_name = "履约"
