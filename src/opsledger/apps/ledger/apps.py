from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "opsledger.apps.ledger"
    label = "ledger"
    verbose_name = "台账"
