from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "opsledger.apps.contracts"
    label = "contracts"
    verbose_name = "合同"
