"""A finished review becomes a contract, on the same way as a pack: load, bind, plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import grant_role
from opsledger.apps.contracts.models import (
    Contract,
    DocumentReading,
    Obligation,
    ProposedTerm,
    ReadingFinding,
    ReadingItem,
    Term,
)
from opsledger.apps.contracts.review.levels import levels_of
from opsledger.apps.contracts.review.packing import Ending, ReadItem, ReadTerm, pack_of, without_repeats
from opsledger.apps.contracts.services.binding import bind_contract
from opsledger.apps.contracts.services.loading import load_pack
from opsledger.apps.contracts.services.reading_acts import must_review
from opsledger.apps.contracts.services.reading_intake import chain, subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.calendars import parse_window
from opsledger.core.errors import DomainError
from opsledger.core.terms import OpenPoint
from opsledger.kernel import access, clock, errors
from opsledger.kernel.access import SYSTEM, Actor

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
def request_making(
    *, actor: Actor, reading: DocumentReading, ending: Ending, role: str, leave_open: bool = False
) -> DocumentReading:
    """Ask the worker to make the contract from the accepted terms; the review is closed from here on.

    Refuses while terms are open unless `leave_open` (they are then left out), without a service item or an
    accepted term, and a short name that another contract has.
    """
    must_review(actor, reading)
    if role not in (access.MANAGER, access.BUYER):
        raise DomainError("reading.bad_role")
    _check(reading, ending, leave_open)
    if not ReadingItem.objects.filter(reading=reading, live=True, common=False).exists():
        raise DomainError("reading.no_items")
    if not ProposedTerm.objects.filter(reading=reading, live=True, state__in=_LIVE).exists():
        raise DomainError("reading.no_terms")
    asked = {"ending": ending.as_json(), "role": role, "user": actor.user_id}
    claimed = DocumentReading.objects.filter(pk=reading.pk, state=DocumentReading.State.REVIEW).update(
        state=DocumentReading.State.MAKING,
        making=asked,
        attempt=0,
        queued_at=clock.now(),
        heartbeat_at=None,
        progress=0,
        step="等待后台接手",
        failure="",
    )
    if claimed != 1:
        raise DomainError("reading.closed", state="正在生成合同")
    reading.refresh_from_db()
    _enqueue(reading.pk)
    return reading


def _enqueue(reading_id: int) -> None:
    from opsledger.apps.contracts.review.jobs import make_contract

    transaction.on_commit(lambda: make_contract.enqueue(reading_id))


def claim_making(*, reading_id: int, at: datetime) -> DocumentReading | None:
    """Take a contract that is to be made for this worker; None when another has it or it is made."""
    found = DocumentReading.objects.filter(pk=reading_id, state=DocumentReading.State.MAKING).first()
    if found is None or found.heartbeat_at is not None:
        return None
    claimed = DocumentReading.objects.filter(
        pk=reading_id, state=DocumentReading.State.MAKING, attempt=found.attempt, heartbeat_at=None
    ).update(attempt=found.attempt + 1, heartbeat_at=at, progress=10, step="写入服务项、条款与义务")
    if claimed != 1:
        return None
    found.refresh_from_db()
    return found


@transaction.atomic
def write_contract(*, reading: DocumentReading) -> Contract:
    """Load the accepted terms as a pack is loaded, bind them, give the maker a role; once only."""
    if reading.contract is not None:
        return reading.contract
    maker, actor = _maker(reading)
    ending, role = Ending.of_json(reading.making["ending"]), str(reading.making["role"])
    if Contract.objects.filter(slug=ending.slug).exists():
        raise DomainError("reading.slug_taken", slug=ending.slug)
    items = ReadingItem.objects.filter(reading=reading, live=True).order_by("position")
    pack = pack_of(
        ending,
        [_item(item) for item in items],
        _accepted(reading),
        source=reading.filename,
        open_points=_open_points(reading),
        levels=levels_of(reading),
    )
    contract = load_pack(actor=actor, pack=pack).contract
    bind_contract(actor=actor, contract=contract)
    if ending.tracked_from and ending.tracked_from > ending.starts_on:
        Contract.objects.filter(pk=contract.pk).update(tracked_from=ending.tracked_from)
    body = _body(contract, role)
    grant_role(actor=actor, user=maker, contract_id=contract.pk, role=role, organisation=body)
    DocumentReading.objects.filter(pk=reading.pk, state=DocumentReading.State.MAKING).update(
        contract=contract, progress=60, step="排定履约计划", heartbeat_at=clock.now()
    )
    reading.refresh_from_db()
    return contract


@transaction.atomic
def finish_making(*, reading: DocumentReading) -> Made:
    """Close the reading and tell it; subscribers of ``contract.read`` plan the contract in this transaction."""
    contract = reading.contract
    if contract is None:
        raise DomainError("reading.closed", state=reading.get_state_display())
    done = DocumentReading.objects.filter(pk=reading.pk, state=DocumentReading.State.MAKING).update(
        state=DocumentReading.State.DONE, progress=100, step="", making={}
    )
    if done != 1:
        raise DomainError("reading.closed", state="已生成合同")
    _, actor = _maker(reading)
    made = Made(
        contract,
        Term.objects.filter(contract=contract).count(),
        Obligation.objects.filter(contract=contract).exclude(status=Obligation.Status.GAP).count(),
    )
    _note(actor, reading, made)
    return made


@transaction.atomic
def fail_making(*, reading: DocumentReading, error: DomainError) -> None:
    """Open the review again, with the sentence that says why; a contract half on its way is not there."""
    sentence = errors.sentence(error)
    failed = DocumentReading.objects.filter(
        pk=reading.pk, state=DocumentReading.State.MAKING, contract=None
    ).update(
        state=DocumentReading.State.REVIEW,
        failure=sentence[:500],
        step="",
        progress=0,
        heartbeat_at=None,
        making={},
    )
    if failed:
        ledger.record(
            chain=chain(reading.pk),
            actor=SYSTEM,
            verb="reading.failed",
            subject=subject(reading),
            changes={"reason": sentence, "code": error.code},
        )


def restart_making(*, reading: DocumentReading) -> bool:
    """Queue a making whose worker has died once more; it goes on where it stopped."""
    again = DocumentReading.objects.filter(
        pk=reading.pk,
        state=DocumentReading.State.MAKING,
        attempt=reading.attempt,
        heartbeat_at=reading.heartbeat_at,
    ).update(heartbeat_at=None, queued_at=clock.now())
    if again:
        _enqueue(reading.pk)
    return bool(again)


def _maker(reading: DocumentReading) -> tuple[User, Actor]:
    user = User.objects.get(pk=reading.making["user"])
    return user, actor_for(user)


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


def _note(actor: Actor, reading: DocumentReading, made: Made) -> None:
    """One entry closes the reading's chain; one on the contract's names that chain's head."""
    contract = made.contract
    closing = ledger.record(
        chain=chain(reading.pk),
        actor=actor,
        verb="reading.finished",
        subject=subject(reading),
        changes={"contract": contract.name, "terms": made.terms, "obligations": made.obligations},
    )
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="contract.read",
        subject=ledger.Subject("contract", str(contract.pk), contract.name),
        changes={
            "name": reading.filename,
            "terms": made.terms,
            "obligations": made.obligations,
            "review_entries": closing.seq,
            "review_hash": closing.hash,
        },
    )
