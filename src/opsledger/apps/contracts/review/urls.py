from django.urls import path

from opsledger.apps.contracts.review.views import desk, findings, finishing, intake, items, sheet, terms

urlpatterns = [
    path("readings/", intake.readings, name="readings"),
    path("readings/new/", intake.start, name="reading_start"),
    path("readings/<int:reading_id>/", desk.review, name="reading"),
    path("readings/<int:reading_id>/status/", intake.status, name="reading_status"),
    path("readings/<int:reading_id>/restart/", intake.restart, name="reading_restart"),
    path("readings/<int:reading_id>/file/", intake.document, name="reading_file"),
    path("readings/<int:reading_id>/people/", intake.people, name="reading_people"),
    path("readings/<int:reading_id>/text/<int:position>/", desk.text, name="reading_text"),
    path("readings/<int:reading_id>/items/<int:item_id>/", desk.group, name="reading_group"),
    path("readings/<int:reading_id>/items/new/", items.add, name="reading_item_add"),
    path("readings/<int:reading_id>/items/<int:item_id>/edit/", items.item, name="reading_item"),
    path("readings/<int:reading_id>/items/<int:item_id>/merge/", items.merge, name="reading_item_merge"),
    path("readings/<int:reading_id>/levels/", finishing.levels, name="reading_levels"),
    path("readings/<int:reading_id>/archive/", intake.archive, name="reading_archive"),
    path("readings/<int:reading_id>/terms/new/", terms.add, name="reading_add"),
    path("readings/<int:reading_id>/terms/<int:term_id>/", terms.decide, name="reading_decide"),
    path("readings/<int:reading_id>/terms/<int:term_id>/edit/", terms.edit, name="reading_edit"),
    path("readings/<int:reading_id>/accept/", terms.accept_many, name="reading_accept_many"),
    path("readings/<int:reading_id>/undo/", terms.undo, name="reading_undo"),
    path("readings/<int:reading_id>/findings/", findings.findings, name="reading_findings"),
    path("readings/<int:reading_id>/findings/<int:finding_id>/", findings.settle, name="reading_settle"),
    path("readings/<int:reading_id>/acts/", desk.acts, name="reading_acts"),
    path("readings/<int:reading_id>/finish/", finishing.finish, name="reading_finish"),
    path("readings/<int:reading_id>/export/", sheet.export, name="reading_export"),
    path("readings/<int:reading_id>/import/", sheet.upload, name="reading_import"),
    path(
        "readings/<int:reading_id>/import/<int:attachment_id>/", sheet.confirm, name="reading_import_confirm"
    ),
]
