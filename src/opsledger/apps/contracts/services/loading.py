"""Load a pack: the same pack twice changes nothing, and what people have since changed is kept.

Every row keeps what the pack last said of it (`pack_data`).  A field that still says the same follows the
pack; a field that differs was changed by people and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from opsledger.apps.accounts.services import ensure_organisation
from opsledger.apps.contracts.models import Contract, ServiceItem, SeverityLevel, Term
from opsledger.apps.contracts.packs.model import Item, Pack, Period
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.core.terms import describe, to_dict
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@dataclass(slots=True)
class LoadReport:
    """What a load did: rows made, rows that followed the pack, fields that people had changed and kept."""

    contract: Contract
    made: int = 0
    changed: int = 0
    kept: int = 0
    withdrawn: int = 0

    def counts(self) -> dict[str, int]:
        return {"新建": self.made, "更新": self.changed, "保留人工修改": self.kept, "撤下": self.withdrawn}


@transaction.atomic
def load_pack(*, actor: Actor, pack: Pack, overrides: Mapping[str, Any] | None = None) -> LoadReport:
    """Make or refresh the contract that `pack` describes.

    `overrides` fills what the text has not (provider, supervisor, price): keys `provider`, `supervisor`
    (names), `price_cny`, `starts_on`, `ends_on`.  Raises ``contract.no_period`` when neither the pack nor the
    overrides fix the term.
    """
    given = dict(overrides or {})
    contract, report = _contract(pack, given)
    _severities(contract, pack)
    items = {item.no: _item(contract, number, item, report) for number, item in enumerate(pack.items, 1)}
    _terms(contract, pack, items, report)
    if report.made or report.changed or report.withdrawn:
        ledger.record(
            chain=ledger.contract_chain(contract.pk),
            actor=actor,
            verb="contract.loaded",
            subject=ledger.Subject("contract", str(contract.pk), contract.name),
            changes={"pack": pack.id, **report.counts()},
        )
    return report


def _plain(value: Any) -> Any:
    """A value as JSON has it: what a row's `pack_data` holds."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(part) for part in value]
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, float):
        return str(value)
    if isinstance(value, str):
        return str(value)
    return value


def _is_json(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple)) or (is_dataclass(value) and not isinstance(value, type))


def _follow(row: models.Model, said: Mapping[str, Any], report: LoadReport) -> None:
    """Set the fields of `row` to what the pack says, except those that people have changed."""
    known: dict[str, Any] = row.pack_data  # type: ignore[attr-defined]
    new = row._state.adding
    touched = False
    for name, value in said.items():
        plain = _plain(value)
        if new or (name in known and known[name] == _plain(getattr(row, name))) or name not in known:
            if new or _plain(getattr(row, name)) != plain:
                setattr(row, name, plain if _is_json(value) else value)
                touched = True
        elif _plain(getattr(row, name)) != plain:
            report.kept += 1
    fresh = {name: _plain(value) for name, value in said.items()}
    if touched or known != fresh:
        row.pack_data = fresh  # type: ignore[attr-defined]
        row.save()
    if new:
        report.made += 1
    elif touched:
        report.changed += 1


def _contract(pack: Pack, given: Mapping[str, Any]) -> tuple[Contract, LoadReport]:
    contract = Contract.objects.filter(slug=pack.id).first() or Contract(
        slug=pack.id, created_at=clock.now(), settings={}
    )
    report = LoadReport(contract)
    provider = given.get("provider") or (pack.provider.name if pack.provider else None)
    supervisor = given.get("supervisor") or (pack.supervisor.name if pack.supervisor else None)
    starts_on = given.get("starts_on") or pack.period.start
    ends_on = given.get("ends_on") or pack.period.end
    if contract._state.adding and not (starts_on and ends_on):
        raise DomainError("contract.no_period", name=pack.name)
    said: dict[str, Any] = {
        "name": pack.project or pack.name,
        "short_name": pack.name[:60],
        "number": pack.tender_no or "",
        "buyer": ensure_organisation(name=pack.buyer.name, kind="buyer"),
        "time_zone": pack.time_zone,
        "windows": pack.windows,
        "office_hours": pack.office_hours,
        "default_window": pack.default_window,
        "scheme": pack.scheme or {},
        "payment": pack.payment or {},
        "sources": pack.sources,
        "open_points": pack.open_points,
    }
    if starts_on and ends_on:
        said |= {"starts_on": starts_on, "ends_on": ends_on}
    if provider:
        said["provider"] = ensure_organisation(name=provider, kind="provider")
    if supervisor:
        said["supervisor"] = ensure_organisation(name=supervisor, kind="supervisor")
    price = given.get("price_cny") or pack.price_cny
    if price is not None:
        said["price_cny"] = Decimal(price).quantize(Decimal("0.01"))
    _follow(contract, said, report)
    return contract, report


def _severities(contract: Contract, pack: Pack) -> None:
    for set_id, levels in pack.severities.items():
        for level in levels.levels:
            SeverityLevel.objects.update_or_create(
                contract=contract,
                set_id=set_id,
                word=level.name,
                defaults={"ticket": levels.ticket, "rank": level.rank, "definition": level.definition},
            )


def _period(contract: Contract, period: Period) -> tuple[date, date, bool]:
    """The item's service period; an unconfirmed start takes the contract's own term, marked so."""
    if period.start and period.end:
        return period.start, period.end, False
    return contract.starts_on, contract.ends_on, bool(period.anchor)


def _item(contract: Contract, position: int, item: Item, report: LoadReport) -> ServiceItem:
    row = ServiceItem.objects.filter(contract=contract, no=item.no).first() or ServiceItem(
        contract=contract, no=item.no
    )
    unit = ensure_organisation(name=item.unit, kind="unit") if item.unit else None
    starts_on, ends_on, provisional = _period(contract, item.period)
    facts = dict(item.facts)
    if item.devices:
        facts["设备"] = "；".join(f"{d.name}{d.count or ''}{d.unit}" for d in item.devices)
    if item.users:
        facts["使用单位"] = "、".join(item.users)
    said: dict[str, Any] = {
        "position": position,
        "name": item.name[:200],
        "unit": unit,
        "category": "、".join(item.categories)[:60],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "period_provisional": provisional,
        "windows": item.windows,
        "severity_sets": item.severity_sets,
        "clause": item.clause,
        "facts": facts,
        "open_points": item.open_points,
    }
    _follow(row, said, report)
    return row


def _terms(contract: Contract, pack: Pack, items: Mapping[str, ServiceItem], report: LoadReport) -> None:
    words = {window.id: window.name for window in pack.windows.values()}
    rows = {row.key: row for row in Term.objects.filter(contract=contract)}
    for term in pack.all_terms():
        row = rows.pop(term.key, None) or Term(contract=contract, key=term.key, source="pack")
        said: dict[str, Any] = {
            "item": items.get(term.item),
            "kind": str(term.kind),
            "data": to_dict(term),
            "clause": term.clause[:200],
            "summary": (term.summary or describe(term, words))[:400],
        }
        _follow(row, said, report)
    for row in rows.values():
        # Gone from the pack: withdrawn, unless people wrote or changed it.
        if row.source == "pack" and row.state == Term.State.ACCEPTED:
            row.state = Term.State.REJECTED
            row.save(update_fields=["state"])
            report.withdrawn += 1
