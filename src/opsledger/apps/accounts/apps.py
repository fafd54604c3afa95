from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "opsledger.apps.accounts"
    label = "accounts"
    verbose_name = "人员与权限"
