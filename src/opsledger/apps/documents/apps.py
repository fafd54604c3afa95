from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "opsledger.apps.documents"
    label = "documents"
    verbose_name = "文档"
