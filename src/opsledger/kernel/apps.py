from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "opsledger.kernel"
    label = "kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        from opsledger.kernel import recall

        post_migrate.connect(recall.connect, sender=self, dispatch_uid="kernel.recall")
