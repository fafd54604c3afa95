from django.apps import AppConfig

from opsledger.kernel import recall


class ContractsConfig(AppConfig):
    name = "opsledger.apps.contracts"
    label = "contracts"
    verbose_name = "合同"

    def ready(self) -> None:
        for table in ("contract", "serviceitem", "severitylevel", "term", "obligation"):
            recall.watch(f"contracts_{table}")
