"""Begin a round or go on with it, put its devices in another order, allow or forbid places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from opsledger.apps.contracts import services as contracts
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties import route
from opsledger.apps.duties.models import Occurrence, Round
from opsledger.apps.duties.selectors.templates import checklist_for
from opsledger.apps.duties.services.acting import start_occurrence, subject_of
from opsledger.apps.duties.services.freezing import frozen_for
from opsledger.apps.duties.services.watching import fill_from_watch
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

_WORK = (access.ENGINEER, access.MANAGER)
_BOUNDS = {"latitude": 90.0, "longitude": 180.0, "accuracy_metres": 1_000_000.0}


def must_work(actor: Actor, round_: Round | Occurrence) -> None:
    """Rounds are for those who do the work."""
    if not actor.is_system:
        actor.must(round_.contract_id, *_WORK)


@transaction.atomic
def start_round(
    *, actor: Actor, occurrence: Occurrence, template_key: str, place: Mapping[str, float] | None = None
) -> Round:
    """Begin the round of an occurrence, or go on with the one that was begun (by whomever).

    After a return the same round is opened again, so that only what was wrong has to be done anew.  What
    monitoring knows is filled in where nothing was answered yet.
    """
    must_work(actor, occurrence)
    live = Round.objects.filter(occurrence=occurrence).exclude(state=Round.State.DISCARDED).first()
    if live is None:
        live = _begun(actor, occurrence, template_key, place)
    elif live.state == Round.State.FINISHED and occurrence.state in ("returned", "under_way"):
        Round.objects.filter(pk=live.pk, state=live.state).update(state=Round.State.UNDER_WAY)
        live.refresh_from_db()
    if live.state == Round.State.UNDER_WAY:
        fill_from_watch(round_=live, at=clock.now())
    return live


def _begun(
    actor: Actor, occurrence: Occurrence, template_key: str, place: Mapping[str, float] | None
) -> Round:
    template = checklist_for(occurrence.contract_id, template_key)
    if template is None:
        raise DomainError("round.unknown_template", template=template_key)
    if occurrence.state not in ("planned", "open", "under_way", "returned"):
        raise DomainError("round.not_open", state=occurrence.get_state_display())
    checklist, stops = frozen_for(actor, template, occurrence)
    if occurrence.state in ("planned", "open"):
        start_occurrence(actor=actor, occurrence=occurrence)
    try:
        with transaction.atomic():
            made = Round.objects.create(
                contract_id=occurrence.contract_id,
                occurrence=occurrence,
                item_id=occurrence.item_id,
                template_key=template_key,
                template_version=template.version,
                checklist=checklist,
                stops=stops,
                started_at=clock.now(),
                started_by_id=actor.user_id,
                place=read_place(place) if takes_places(occurrence.contract) else {},
            )
    except IntegrityError:
        return Round.objects.exclude(state=Round.State.DISCARDED).get(occurrence=occurrence)
    changes: dict[str, object] = {"template": template.name, "version": template.version}
    if stops:
        changes["devices"] = len(stops)
    ledger.record(
        chain=ledger.contract_chain(occurrence.contract_id),
        actor=actor,
        verb="round.started",
        subject=subject_of(occurrence),
        changes=changes,
    )
    return made


def takes_places(contract: Contract) -> bool:
    """Whether this contract lets places be kept with answers; unless it was agreed, it does not."""
    return bool((contract.settings.get("rounds") or {}).get("places"))


def read_place(given: Any) -> dict[str, str]:
    """Where the phone was, as text (the ledger and JSON take no floats from outside); {} for nonsense."""
    if not isinstance(given, Mapping):
        return {}
    found = {}
    for name, most in _BOUNDS.items():
        try:
            value = float(given[name])
        except (KeyError, TypeError, ValueError):
            continue
        if math.isfinite(value) and abs(value) <= most:
            found[name] = f"{value:.6f}"
    return found if {"latitude", "longitude"} <= found.keys() else {}


@transaction.atomic
def order_stops(*, actor: Actor, round_: Round, keys: Sequence[str]) -> Round:
    """Visit the devices in the order of `keys`; the next round by this checklist begins with that order."""
    must_work(actor, round_)
    held = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    if held.state != Round.State.UNDER_WAY:
        raise DomainError("round.finished", state=held.get_state_display())
    held.stops = route.reordered(held.stops, list(keys)[:1000])
    held.save(update_fields=["stops"])
    return held


@transaction.atomic
def agree_places(*, actor: Actor, contract: Contract, allowed: bool, note: str) -> Contract:
    """Whether phones may add where they are to an answer: agreed by the buyer, with the reason on record."""
    return contracts.agree_setting(
        actor=actor, contract=contract, group="rounds", name="places", value=allowed, note=note
    )
