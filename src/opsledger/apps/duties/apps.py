from django.apps import AppConfig

from opsledger.kernel import recall


class DutiesConfig(AppConfig):
    name = "opsledger.apps.duties"
    label = "duties"
    verbose_name = "履约"

    def ready(self) -> None:
        recall.watch("duties_quotarule")
