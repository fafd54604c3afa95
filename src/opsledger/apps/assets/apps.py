from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "opsledger.apps.assets"
    label = "assets"
    verbose_name = "资产"
