from django.apps import AppConfig

from opsledger.kernel import recall


class DeskConfig(AppConfig):
    name = "opsledger.apps.desk"
    label = "desk"
    verbose_name = "服务台"

    def ready(self) -> None:
        recall.watch("desk_ladderstep")
        recall.watch("desk_channel")
        recall.watch("desk_keptsight")
