from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "opsledger.apps.watch"
    label = "watch"
    verbose_name = "监控"
