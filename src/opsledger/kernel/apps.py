from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "opsledger.kernel"
    label = "kernel"
    verbose_name = "内核"
