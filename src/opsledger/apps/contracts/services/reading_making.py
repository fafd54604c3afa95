"""A finished review becomes a contract, on the same way as a pack: load, bind, plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import grant_role
from opsledger.apps.contracts.models import (
    Contract,
    DocumentReading,
    ProposedTerm,
    ReadingFinding,
    ReadingItem,
)
from opsledger.apps.contracts.review.packing import Ending, ReadItem, ReadTerm, pack_of, without_repeats
from opsledger.apps.contracts.services.binding import bind_contract
from opsledger.apps.contracts.services.loading import load_pack
from opsledger.apps.contracts.services.reading_acts import must_review
from opsledger.apps.contracts.services.reading_intake import chain, subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.calendars import parse_window
from opsledger.core.errors import DomainError
from opsledger.core.terms import OpenPoint
from opsledger.kernel import access
from opsledger.kernel.access import Actor

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,78}\Z")
_LIVE = (ProposedTerm.State.ACCEPTED, ProposedTerm.State.EDITED)


@dataclass(frozen=True, slots=True)
class Made:
    """The contract, and how many terms and obligations it has."""

    contract: Contract
    terms: int
    obligations: int


def save_details(*, actor: Actor, reading: DocumentReading, details: dict[str, Any]) -> None:
    """Keep what was typed on the finishing form."""
    must_review(actor, reading)
    DocumentReading.objects.filter(pk=reading.pk).update(details=details)
    reading.details = details


@transaction.atomic
def make_contract(
    *, actor: Actor, reading: DocumentReading, ending: Ending, role: str, leave_open: bool = False
) -> Made:
    """Make the contract from the accepted terms, bind its obligations, and give the maker a role on it.

    Refuses while terms are open unless `leave_open` (they are then left out), without a service item or an
    accepted term, and a short name that another contract has.  Subscribers of ``contract.read`` plan it.
    """
    must_review(actor, reading)
    if role not in (access.MANAGER, access.BUYER):
        raise DomainError("reading.bad_role")
    _check(reading, ending, leave_open)
    items = list(ReadingItem.objects.filter(reading=reading).order_by("position"))
    terms = _accepted(reading)
    if not any(not item.common for item in items):
        raise DomainError("reading.no_items")
    if not terms:
        raise DomainError("reading.no_terms")
    claimed = DocumentReading.objects.filter(pk=reading.pk, state=DocumentReading.State.REVIEW).update(
        state=DocumentReading.State.DONE
    )
    if claimed != 1:
        raise DomainError("reading.closed", state="已生成合同")
    pack = pack_of(
        ending,
        [_item(item) for item in items],
        terms,
        source=reading.filename,
        open_points=_open_points(reading),
    )
    contract = load_pack(actor=actor, pack=pack).contract
    counts = bind_contract(actor=actor, contract=contract)
    DocumentReading.objects.filter(pk=reading.pk).update(contract=contract)
    reading.refresh_from_db()
    maker = User.objects.get(pk=actor.user_id)
    grant_role(
        actor=actor, user=maker, contract_id=contract.pk, role=role, organisation=_body(contract, role)
    )
    _note(actor, reading, contract, len(terms), counts)
    return Made(contract, len(terms), counts["确立"])


def _body(contract: Contract, role: str) -> Any:
    return contract.provider if role == access.MANAGER else contract.buyer


def _check(reading: DocumentReading, ending: Ending, leave_open: bool) -> None:
    if ending.ends_on < ending.starts_on:
        raise DomainError("contract.ends_before_start", starts_on=ending.starts_on, ends_on=ending.ends_on)
    if not _SLUG.match(ending.slug):
        raise DomainError("reading.bad_slug", slug=ending.slug)
    if Contract.objects.filter(slug=ending.slug).exists():
        raise DomainError("reading.slug_taken", slug=ending.slug)
    parse_window(ending.default_window)
    still = ProposedTerm.objects.filter(reading=reading, live=True, state=ProposedTerm.State.PROPOSED)
    count = still.count()
    if count and not leave_open:
        raise DomainError("reading.terms_open", count=count)


def _item(row: ReadingItem) -> ReadItem:
    return ReadItem(
        no=row.no,
        name=row.name,
        unit=row.unit,
        section=row.section,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        windows=tuple(row.windows),
        common=row.common,
    )


def _accepted(reading: DocumentReading) -> list[ReadTerm]:
    rows = ProposedTerm.objects.filter(reading=reading, live=True, state__in=_LIVE).select_related("item")
    return without_repeats(
        ReadTerm(
            key=f"{row.item.no}.{row.kind}-{row.pk}",
            item=row.item.no,
            kind=row.kind,
            data=row.data,
            quote=row.quote,
            span=(row.start, row.end) if row.end else None,
        )
        for row in rows.order_by("item__position", "start", "pk")
    )


def _open_points(reading: DocumentReading) -> list[OpenPoint]:
    """Findings that nobody has settled go with the contract as points to agree on.

    Those of low severity do not, nor those that the obligations themselves show as gaps.
    """
    rows = ReadingFinding.objects.filter(reading=reading, settled_at=None).exclude(severity="low")
    rows = rows.exclude(code="frequency_open")
    return [OpenPoint(row.title, row.advice or "双方约定前按原文执行") for row in rows]


def _note(
    actor: Actor, reading: DocumentReading, contract: Contract, terms: int, counts: dict[str, int]
) -> None:
    """One entry closes the reading's chain; one on the contract's names that chain's head."""
    closing = ledger.record(
        chain=chain(reading.pk),
        actor=actor,
        verb="reading.finished",
        subject=subject(reading),
        changes={"contract": contract.name, "terms": terms, "obligations": counts["确立"]},
    )
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="contract.read",
        subject=ledger.Subject("contract", str(contract.pk), contract.name),
        changes={
            "name": reading.filename,
            "terms": terms,
            "obligations": counts["确立"],
            "review_entries": closing.seq,
            "review_hash": closing.hash,
        },
    )
