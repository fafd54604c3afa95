"""Another person for a post: whose consent the contract wants, who has given it, and what follows.

The terms of the post's item and of the whole contract say who is asked; where they say nothing the buyer is, as the
page tells.  A term that wants a notice only lets the change take effect and tells them.  Where the contract's settings
allow it in an emergency, the successor may come first and the consent after, marked so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.selectors import consent_terms
from opsledger.apps.duties.models import Replacement, StaffMember
from opsledger.apps.duties.services.staff import must, on_post, record
from opsledger.core.consent import Demand, demands
from opsledger.core.errors import DomainError
from opsledger.core.terms import Act, Party
from opsledger.kernel import access, clock
from opsledger.kernel.access import SYSTEM, Actor

_ROLES = {Party.BUYER: access.BUYER, Party.UNIT: access.UNIT, Party.SUPERVISOR: access.SUPERVISOR}


def demand_on(member: StaffMember) -> Demand | None:
    """What the contract wants before this person is replaced; None where it says nothing."""
    return demands(consent_terms(member.contract, member.obligation.item)).get(Act.REPLACE_PERSON)


def people_of(member: StaffMember, party: str) -> list[User]:
    """Who can speak for a party about this post: of the unit, that of the post's item (any, for the whole)."""
    item = member.obligation.item
    unit = item.unit_id if item and party == Party.UNIT else None
    return people(member.contract_id, _ROLES[Party(party)], organisation_id=unit)


@transaction.atomic
def request_replacement(
    *,
    actor: Actor,
    member: StaffMember,
    said: dict[str, Any],
    answer_by: datetime | None = None,
    after: bool = False,
) -> Replacement:
    """Ask for the consent; until then the post stays as it is, except after a notice or in an allowed emergency."""
    must(actor, member.contract_id, access.MANAGER)
    on_post(member, said["from_on"])
    if answer_by is not None and answer_by <= clock.now():
        raise DomainError("staff.answer_by_past")
    demand = demand_on(member)
    parties = [str(party) for party in Party if party in (demand.parties if demand else (Party.BUYER,))]
    if after:
        _check_emergency(member, parties)
    row = _make(actor, member, said, parties, demand, answer_by, after)
    told: dict[str, object] = {"to": row.name, "reason": row.reason, "from": row.from_on}
    if row.clause:
        told["clause"] = row.clause
    if after:
        told["after"] = True
    record(actor, member, "staff.replacement_asked", told)
    for party in parties:
        _tell(row, party, f"申请更换人员：{member.role} {member.name} → {row.name}")
    for party in demand.told if demand else ():
        _tell(row, str(party), f"告知更换人员：{member.role} {member.name} → {row.name}")
    if not parties:
        _settle(actor, row, Replacement.State.AGREED)
    elif after:
        _take_over(row)
    return row


def _make(
    actor: Actor,
    member: StaffMember,
    said: dict[str, Any],
    parties: list[str],
    demand: Demand | None,
    answer_by: datetime | None,
    after: bool,
) -> Replacement:
    try:
        with transaction.atomic():
            return Replacement.objects.create(
                contract_id=member.contract_id,
                leaving=member,
                requested_at=clock.now(),
                requested_by_id=actor.user_id,
                parties=parties,
                clause=demand.where[:200] if demand else "",
                answer_by=answer_by,
                after=after,
                **said,
            )
    except IntegrityError:
        raise DomainError("staff.already_asked", name=member.name) from None


def _check_emergency(member: StaffMember, parties: list[str]) -> None:
    allowed = (member.contract.settings or {}).get("desk", {}).get("emergency_acts", ())
    if parties and Act.REPLACE_PERSON not in allowed:
        raise DomainError("staff.no_emergency")


@transaction.atomic
def decide_replacement(
    *, actor: Actor, replacement: Replacement, agree: bool, answer: str = ""
) -> Replacement:
    """One party's answer.  When all have agreed the successor takes the post on the day asked; one refusal ends it."""
    if replacement.state != Replacement.State.REQUESTED:
        raise DomainError("staff.already_decided")
    party = speaks_for(actor, replacement)
    if party is None:
        raise DomainError("access.denied")
    if not agree and not answer.strip():
        raise DomainError("staff.reason_needed")
    said = {
        "party": party,
        "by": actor.name,
        "at": clock.now().isoformat(),
        "agree": agree,
        "note": answer.strip()[:300],
    }
    answers = [*replacement.answers, said]
    rows = Replacement.objects.filter(
        pk=replacement.pk, state=Replacement.State.REQUESTED, answers=replacement.answers
    )
    if rows.update(answers=answers) != 1:
        raise DomainError("staff.already_decided")
    replacement.answers = answers
    given = {one["party"] for one in answers if one["agree"]}
    if not agree:
        _settle(actor, replacement, Replacement.State.REFUSED, answer)
    elif set(replacement.parties or [access.BUYER]) <= given:
        _settle(actor, replacement, Replacement.State.AGREED, answer)
    else:
        told = {"to": replacement.name, "party": Party(party).label}
        record(actor, replacement.leaving, "staff.replacement_answered", told)
    return replacement


def speaks_for(actor: Actor, row: Replacement) -> str | None:
    """The party for which the actor may answer now and nobody has yet; None if there is none."""
    if row.state != Replacement.State.REQUESTED:
        return None
    done = {one["party"] for one in row.answers}
    for party in row.parties or [access.BUYER]:
        if party not in done and actor.user_id in {user.pk for user in people_of(row.leaving, party)}:
            return str(party)
    return None


def _settle(actor: Actor, row: Replacement, state: str, answer: str = "") -> None:
    rows = Replacement.objects.filter(pk=row.pk, state=Replacement.State.REQUESTED)
    wrote = rows.update(
        state=state, decided_at=clock.now(), decided_by=actor.user_id, answer=answer.strip()[:300]
    )
    if wrote != 1:
        raise DomainError("staff.already_decided")
    row.refresh_from_db()
    agreed = state == Replacement.State.AGREED
    if agreed and not row.after:
        _take_over(row)
    told: dict[str, object] = {"to": row.name, "note": row.answer}
    if row.after:
        told["after"] = True
    record(actor, row.leaving, "staff.replaced" if agreed else "staff.replacement_refused", told)
    if row.requested_by:
        notify(
            users=[row.requested_by],
            title=f"更换人员{row.get_state_display()}：{row.leaving.name} → {row.name}",
            body=row.answer,
            url=_url(row),
            contract_slug=row.contract.slug,
            dedupe=f"replacement-end:{row.pk}",
        )


def _take_over(row: Replacement) -> None:
    """The one leaves the day before, the other takes the post."""
    old = row.leaving
    StaffMember.objects.filter(pk=old.pk).update(ends_on=row.from_on - timedelta(days=1))
    StaffMember.objects.create(
        contract_id=old.contract_id,
        obligation_id=old.obligation_id,
        name=row.name,
        role=old.role,
        qualification=row.qualification,
        qualification_until=row.qualification_until,
        starts_on=row.from_on,
    )


def expire_replacements(at: datetime) -> int:
    """Requests whose day has passed without every answer end so: silence is no consent."""
    done = 0
    rows = Replacement.objects.filter(state=Replacement.State.REQUESTED, answer_by__lt=at)
    for row in rows.select_related(
        "leaving__contract", "leaving__obligation__item", "contract", "requested_by"
    ):
        with transaction.atomic():
            _settle(SYSTEM, row, Replacement.State.EXPIRED)
            done += 1
    return done


def _tell(row: Replacement, party: str, title: str) -> None:
    notify(
        users=people_of(row.leaving, party),
        title=title,
        body=row.reason,
        url=_url(row),
        contract_slug=row.contract.slug,
        dedupe=f"replacement:{row.pk}",
    )


def _url(row: Replacement) -> str:
    return reverse("duties:replacement", args=[row.contract.slug, row.pk])
