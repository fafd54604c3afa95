"""Templates of reports: written, changed, put in order, switched off and on again by the manager or the buyer."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import Max

from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import ReportTemplate
from opsledger.apps.desk.report_templates import MAX_NAME, MAX_TEXT
from opsledger.apps.desk.selectors.lists import severity_words
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel.access import Actor

MAX_TEMPLATES = 100
_TITLE = 120


def add_report_template(
    *,
    actor: Actor,
    contract: Contract,
    name: str,
    kind: str,
    item: ServiceItem | None = None,
    severity: str = "",
    title: str = "",
    description: str = "",
) -> ReportTemplate:
    """A new template, the last in order.

    Refused: a name that is taken, a severity that no such report has, one that would fill nothing, one too many.
    """
    _check(actor, contract)
    said = _checked(contract, name, kind, item, severity, title, description)
    rows = ReportTemplate.objects.filter(contract=contract)
    _room(rows.filter(active=True).count())
    last = rows.aggregate(last=Max("position"))["last"] or 0
    made = ReportTemplate(contract=contract, position=last + 1, **said)
    with transaction.atomic():
        _save(made)
        _record(actor, made, "report_template.added", _told(made))
    return made


def change_report_template(
    *,
    actor: Actor,
    template: ReportTemplate,
    name: str,
    kind: str,
    item: ServiceItem | None = None,
    severity: str = "",
    title: str = "",
    description: str = "",
) -> ReportTemplate:
    """The template says this from now on; reports made with it stay as they are."""
    _check(actor, template.contract)
    before = _told(template)
    for key, value in _checked(template.contract, name, kind, item, severity, title, description).items():
        setattr(template, key, value)
    after = _told(template)
    changed = {key: {"from": before[key], "to": after[key]} for key in after if after[key] != before[key]}
    if changed:
        with transaction.atomic():
            _save(template)
            _record(actor, template, "report_template.changed", changed)
    return template


@transaction.atomic
def move_report_template(*, actor: Actor, template: ReportTemplate, up: bool) -> None:
    """One place up or down among those in use; at the end of the list nothing happens."""
    _check(actor, template.contract)
    rows = list(ReportTemplate.objects.filter(contract=template.contract, active=True))
    here = next((at for at, row in enumerate(rows) if row.pk == template.pk), None)
    if here is None:
        raise DomainError("report_template.off", name=template.name)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            ReportTemplate.objects.filter(pk=row.pk).update(position=position)
    moved = {"position": {"from": here + 1, "to": there + 1}}
    _record(actor, template, "report_template.changed", moved)


def switch_off_report_template(*, actor: Actor, template: ReportTemplate) -> None:
    """Nobody is offered the template any more; switched off twice is switched off once."""
    _check(actor, template.contract)
    _switch(actor, template, False, "report_template.switched_off")


def restore_report_template(*, actor: Actor, template: ReportTemplate) -> None:
    """The template is offered again, in its old place."""
    _check(actor, template.contract)
    if not template.active:
        _room(ReportTemplate.objects.filter(contract=template.contract, active=True).count())
    _switch(actor, template, True, "report_template.restored")


@transaction.atomic
def _switch(actor: Actor, template: ReportTemplate, on: bool, verb: str) -> None:
    rows = ReportTemplate.objects.filter(pk=template.pk, active=not on)
    if rows.update(active=on) == 1:
        _record(actor, template, verb, {})
    template.active = on


def _check(actor: Actor, contract: Contract) -> None:
    actor.must(contract.pk, *policies.TEMPLATE_ROLES)
    check_open(contract)


def _room(known: int) -> None:
    if known >= MAX_TEMPLATES:
        raise DomainError("report_template.too_many", limit=MAX_TEMPLATES)


def _checked(
    contract: Contract,
    name: str,
    kind: str,
    item: ServiceItem | None,
    severity: str,
    title: str,
    description: str,
) -> dict[str, object]:
    """The parts as they are kept: blanks at the ends cut off, each of a length and of a kind that fits."""
    said = {"name": " ".join(name.split()), "title": " ".join(title.split())}
    text = "\n".join(line.rstrip() for line in description.strip().splitlines())
    if not said["name"]:
        raise DomainError("report_template.no_name")
    for key, limit in (("name", MAX_NAME), ("title", _TITLE)):
        if len(said[key]) > limit:
            raise DomainError("report_template.too_long", part=_PARTS[key], limit=limit)
    if len(text) > MAX_TEXT:
        raise DomainError("report_template.too_long", part=_PARTS["description"], limit=MAX_TEXT)
    if kind not in ReportTemplate.Kind.values:
        raise DomainError("report_template.unknown_kind", kind=kind)
    if not (said["title"] or text or item):
        raise DomainError("report_template.empty")
    return {
        **said,
        "description": text,
        "kind": kind,
        "item": item,
        "severity": _severity(contract, item, kind, severity.strip()),
    }


_PARTS = {"name": "名称", "title": "一句话说明", "description": "详细情况"}


def _severity(contract: Contract, item: ServiceItem | None, kind: str, severity: str) -> str:
    if not severity:
        return ""
    words = [level.word for level in severities_of(item, kind)] if item else severity_words(contract, kind)
    if severity not in words:
        raise DomainError("report_template.severity", severity=severity, allowed="、".join(words) or "无")
    return severity


def _save(template: ReportTemplate) -> None:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        known = ReportTemplate.objects.filter(contract=template.contract, name=template.name).first()
        if known is not None and not known.active:
            raise DomainError("report_template.name_off", name=template.name) from None
        raise DomainError("report_template.name_taken", name=template.name) from None


def _told(template: ReportTemplate) -> dict[str, str]:
    return {
        "name": template.name,
        "kind": template.get_kind_display(),
        "item": template.item.numbered if template.item else "",
        "severity": template.severity,
        "title": template.title,
        "description": template.description,
    }


def _record(actor: Actor, template: ReportTemplate, verb: str, changes: Mapping[str, object]) -> None:
    ledger.record(
        chain=ledger.contract_chain(template.contract_id),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("report_template", str(template.pk), template.name),
        changes=changes,
    )
