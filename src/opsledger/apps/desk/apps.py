from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "opsledger.apps.desk"
    label = "desk"
    verbose_name = "服务台"
