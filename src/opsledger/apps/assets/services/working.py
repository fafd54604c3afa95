"""Register and change assets, move them through their lives, say what hangs on what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from opsledger.apps.assets.lifecycle import TABLE
from opsledger.apps.assets.models import Asset, Relation
from opsledger.apps.assets.policies import must_keep
from opsledger.apps.assets.types import check_field, types
from opsledger.apps.contracts.models import Contract
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

PLAIN = [
    "name",
    "model",
    "serial",
    "quantity",
    "place",
    "vendor",
    "domestic",
    "acquired_on",
    "warranty_until",
    "expires_on",
    "note",
    "item",
    "kind",
    "fields",
]
_CODE = re.compile(r"ZC-(\d+)\Z")


def subject_of(asset: Asset) -> ledger.Subject:
    """How the ledger names an asset."""
    return ledger.Subject("asset", str(asset.pk), str(asset), asset.item.unit_id if asset.item else None)


def next_number(contract_id: int) -> int:
    """The number of the next code ZC-00001 of a contract."""
    codes = Asset.objects.filter(contract_id=contract_id, code__startswith="ZC-").values_list(
        "code", flat=True
    )
    return max((int(found[1]) for code in codes if (found := _CODE.match(code))), default=0) + 1


def check_fields(kind: str, given: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a type, each of its kind; blanks and fields of other types are left out."""
    found = {}
    for field in types()[kind].fields:
        text = str(given.get(field.id) or "").strip()
        if text:
            found[field.id] = check_field(field, text)
    return found


def _check(contract_id: int, said: Mapping[str, Any], own: int | None = None) -> None:
    if said.get("kind") is not None and said["kind"] not in types():
        raise DomainError("asset.unknown_kind", kind=said["kind"])
    others = Asset.objects.filter(contract_id=contract_id).exclude(pk=own)
    if said.get("serial"):
        clash = others.filter(serial=said["serial"]).first()
        if clash is not None:
            raise DomainError("asset.serial_taken", serial=said["serial"], name=str(clash))
    if said.get("code"):
        if "/" in said["code"]:
            raise DomainError("asset.bad_code", code=said["code"])
        clash = others.filter(code=said["code"]).first()
        if clash is not None:
            raise DomainError("asset.code_taken", code=said["code"], name=str(clash))
    for name, label in (("warranty_until", "保修到期"), ("expires_on", "到期日")):
        first, last = said.get("acquired_on"), said.get(name)
        if first and last and last < first:
            raise DomainError("asset.ends_before_start", label=label)


@transaction.atomic
def register_asset(
    *, actor: Actor, contract: Contract, said: Mapping[str, Any], code: str = "", state: str = "in_use"
) -> Asset:
    """A new asset; `said` holds the names of `PLAIN`.  Without a code it is numbered."""
    must_keep(actor, contract.pk)
    fields = {name: said[name] for name in PLAIN if name in said}
    _check(contract.pk, {**fields, "code": code})
    fields["fields"] = check_fields(fields["kind"], fields.get("fields") or {})
    asset = Asset.objects.create(
        contract=contract,
        code=code or f"ZC-{next_number(contract.pk):05d}",
        klass=types()[fields["kind"]].of,
        state=state,
        created_at=clock.now(),
        **fields,
    )
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="asset.registered",
        subject=subject_of(asset),
        changes={"kind": asset.kind_word, "state": asset.get_state_display()},
    )
    return asset


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return "，".join(f"{key} {text}" for key, text in value.items())
    return "" if value is None else str(value)


@transaction.atomic
def change_asset(*, actor: Actor, asset: Asset, said: Mapping[str, Any], version: int | None = None) -> Asset:
    """Change what is written of an asset; what it was before stays in the ledger."""
    must_keep(actor, asset.contract_id)
    if version is not None and version != asset.version:
        raise DomainError("page.stale", by="他人", what="资产信息已更新")
    _check(asset.contract_id, {**said, "acquired_on": said.get("acquired_on")}, own=asset.pk)
    fields = {name: said[name] for name in PLAIN if name in said}
    kind = fields.get("kind", asset.kind)
    if "fields" in fields:
        fields["fields"] = check_fields(kind, fields["fields"])
    changed = {name: value for name, value in fields.items() if getattr(asset, name) != value}
    if not changed:
        return asset
    before = {name: _word(getattr(asset, name)) for name in changed}
    if "kind" in changed:
        changed["klass"] = types()[kind].of
    _write(asset, changed)
    ledger.record(
        chain=ledger.contract_chain(asset.contract_id),
        actor=actor,
        verb="asset.changed",
        subject=subject_of(asset),
        changes={name: {"from": old, "to": _word(getattr(asset, name))} for name, old in before.items()},
    )
    return asset


def change_asset_parts(
    *, actor: Actor, asset: Asset, said: Mapping[str, Any], version: int | None = None
) -> Asset:
    """`change_asset` where only some of it is said: what is not said stays, and the whole must hold together."""
    told = dict(said)
    for name in ("acquired_on", "warranty_until", "expires_on"):
        told.setdefault(name, getattr(asset, name))
    if "fields" in told or "kind" in told:
        told["fields"] = {**asset.fields, **(told.get("fields") or {})}
    return change_asset(actor=actor, asset=asset, said=told, version=version)


def _write(asset: Asset, fields: Mapping[str, Any]) -> None:
    wrote = Asset.objects.filter(pk=asset.pk, version=asset.version, state=asset.state).update(
        **fields, version=F("version") + 1
    )
    if wrote != 1:
        raise DomainError("page.stale", by="他人", what="资产信息已更新")
    asset.refresh_from_db()


def same_model(found: str, listed: str) -> bool:
    """Whether two spellings of a model mean the same: blanks, dashes and capitals do not matter; "" is as listed."""
    plain = ["".join(sign for sign in text.upper() if sign.isalnum()) for text in (found, listed)]
    return not plain[0] or plain[0] == plain[1]


@transaction.atomic
def act_on_asset(
    *,
    actor: Actor,
    asset: Asset,
    action: str,
    place: str = "",
    reason: str = "",
    to: str = "",
    found_quantity: int | None = None,
    found_model: str = "",
    version: int | None = None,
) -> Asset:
    """Take one step of an asset's life, as `lifecycle.TABLE` allows.

    At the take-over `found_quantity` and `found_model` say what is really there; left out, it is as listed.
    """
    if version is not None and version != asset.version:
        raise DomainError("page.stale", by="他人", what="资产信息已更新")
    roles = {"system"} if actor.is_system else actor.roles(asset.contract_id)
    facts = {"place": place or asset.place, "reason": reason, "to": to}
    target = TABLE.step(asset.state, action, roles, facts).target
    fields: dict[str, Any] = {"state": target}
    if place:
        fields["place"] = place[:120]
    fields["holder"] = to[:60] if action == "loan" else ""
    if action == "accept":
        counted = asset.quantity if found_quantity is None else found_quantity
        fields |= {"accepted_at": clock.now(), "accepted_by": actor.user_id, "found_quantity": counted}
        fields["found_model"] = "" if same_model(found_model, asset.model) else found_model.strip()[:200]
    before = asset.get_state_display()
    changes: dict[str, object] = {"state": {"from": before}}
    _write(asset, fields)
    changes["state"] = {"from": before, "to": asset.get_state_display()}
    told = {"place": place, "reason": reason, "to": to}
    changes |= {name: text for name, text in told.items() if text}
    if action == "accept" and asset.found_quantity != asset.quantity:
        changes["count"] = {"from": asset.quantity, "to": asset.found_quantity}
    if action == "accept" and asset.found_model:
        changes["model"] = {"from": asset.model, "to": asset.found_model}
    ledger.record(
        chain=ledger.contract_chain(asset.contract_id),
        actor=actor,
        verb=f"asset.{action}",
        subject=subject_of(asset),
        changes=changes,
    )
    return asset


@transaction.atomic
def relate(*, actor: Actor, source: Asset, target: Asset, kind: str) -> Relation:
    """`source` hangs on `target`; a circle of dependence is refused."""
    must_keep(actor, source.contract_id)
    if source.contract_id != target.contract_id:
        raise DomainError("asset.relation_other_contract")
    if kind != Relation.Kind.CONNECTS and (source.pk == target.pk or source.pk in _below(target)):
        raise DomainError("asset.relation_circle", source=str(source), target=str(target))
    relation, made = Relation.objects.get_or_create(source=source, target=target, kind=kind)
    if made:
        ledger.record(
            chain=ledger.contract_chain(source.contract_id),
            actor=actor,
            verb="asset.related",
            subject=subject_of(source),
            changes={"kind": relation.get_kind_display(), "to": str(target)},
        )
    return relation


def _below(asset: Asset) -> set[int]:
    """Everything on which `asset` hangs, directly or not."""
    edges: dict[int, list[int]] = {}
    rows = Relation.objects.filter(source__contract_id=asset.contract_id).exclude(kind=Relation.Kind.CONNECTS)
    for source, target in rows.values_list("source_id", "target_id"):
        edges.setdefault(source, []).append(target)
    seen: set[int] = set()
    todo = [asset.pk]
    while todo:
        for found in edges.get(todo.pop(), ()):
            if found not in seen:
                seen.add(found)
                todo.append(found)
    return seen


@transaction.atomic
def unrelate(*, actor: Actor, relation: Relation) -> None:
    """Take a relation away."""
    must_keep(actor, relation.source.contract_id)
    ledger.record(
        chain=ledger.contract_chain(relation.source.contract_id),
        actor=actor,
        verb="asset.unrelated",
        subject=subject_of(relation.source),
        changes={"kind": relation.get_kind_display(), "to": str(relation.target)},
    )
    relation.delete()
