from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "opsledger.site"
    label = "site"
    verbose_name = "OpsLedger"

    def ready(self) -> None:
        from opsledger.site import subscriptions

        subscriptions.connect()
