"""Use cases on people: make them, give and take roles, tell them something, make tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from opsledger.apps.accounts import scopes as limits
from opsledger.apps.accounts.models import ApiToken, Membership, Notice, Organisation, User
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, recall, telling
from opsledger.kernel.access import Actor


def ensure_organisation(*, name: str, kind: str, short_name: str = "") -> Organisation:
    """The organisation of this kind and name, made if it is not there."""
    found, _ = Organisation.objects.get_or_create(
        name=name, kind=kind, defaults={"short_name": short_name[:40]}
    )
    return found


def _subject(user: User) -> ledger.Subject:
    return ledger.Subject("person", str(user.pk), str(user))


@transaction.atomic
def create_user(
    *,
    actor: Actor,
    username: str,
    full_name: str,
    password: str,
    organisation: Organisation | None,
    phone: str = "",
    email: str = "",
    title: str = "",
    is_admin: bool = False,
    must_change_password: bool = True,
) -> User:
    """A new person who can sign in; refused if the user name is taken."""
    if User.objects.filter(username=username).exists():
        raise DomainError("person.username_taken", username=username)
    user = User(
        username=username,
        full_name=full_name,
        phone=phone,
        email=email.strip(),
        title=title,
        organisation=organisation,
        is_superuser=is_admin,
        must_change_password=must_change_password,
    )
    user.set_password(password)
    user.save()
    ledger.record(
        chain=ledger.PLATFORM,
        actor=actor,
        verb="person.created",
        subject=_subject(user),
        changes={"username": username, "organisation": str(organisation or "")},
    )
    return user


@transaction.atomic
def grant_role(
    *, actor: Actor, user: User, contract_id: int, role: str, organisation: Organisation | None = None
) -> Membership:
    """Give a role on a contract; giving it twice changes nothing."""
    membership, made = Membership.objects.get_or_create(
        user=user, contract_id=contract_id, role=role, organisation=organisation
    )
    if made:
        ledger.record(
            chain=ledger.contract_chain(contract_id),
            actor=actor,
            verb="person.role_granted",
            subject=_subject(user),
            changes={"role": membership.get_role_display(), "organisation": str(organisation or "")},
        )
    return membership


@transaction.atomic
def withdraw_role(*, actor: Actor, membership: Membership) -> None:
    """Take a role away; the person is refused from the next request on."""
    ledger.record(
        chain=ledger.contract_chain(membership.contract_id),
        actor=actor,
        verb="person.role_withdrawn",
        subject=_subject(membership.user),
        changes={"role": membership.get_role_display()},
    )
    membership.delete()


def people(contract_id: int, *roles: str, organisation_id: int | None = None) -> list[User]:
    """The active people with one of `roles` on a contract (for one body, if named)."""
    key = ("people", contract_id, roles, organisation_id)
    return list(recall.known(key, lambda: _people(contract_id, roles, organisation_id)))


def _people(contract_id: int, roles: tuple[str, ...], organisation_id: int | None) -> tuple[User, ...]:
    rows = User.objects.filter(
        is_active=True, memberships__contract_id=contract_id, memberships__role__in=roles
    )
    if organisation_id is not None:
        rows = rows.filter(memberships__organisation_id=organisation_id)
    return tuple(rows.distinct().order_by("id"))


def notify(
    *,
    users: Iterable[User],
    title: str,
    dedupe: str,
    body: str = "",
    url: str = "",
    contract_slug: str = "",
    at: datetime | None = None,
    outward: bool = True,
) -> int:
    """Tell people something once: a second call with the same `dedupe` does nothing.

    It is told in the application, and by the ways out that they have laid for themselves unless `outward` is False.
    """
    moment = at or clock.now()
    users = list(users)
    made = Notice.objects.bulk_create(
        [
            Notice(
                user=user,
                title=title[:200],
                body=body,
                url=url,
                contract_slug=contract_slug,
                dedupe=dedupe,
                created_at=moment,
            )
            for user in users
        ],
        ignore_conflicts=True,
    )
    if outward:
        ids = tuple(user.pk for user in users)
        telling.tell(telling.Told(ids, title, body, url, contract_slug, dedupe, moment))
    return len(made)


def mark_read(*, user: User, notice_ids: Iterable[int] | None = None) -> int:
    """Mark messages as read (all of them if none is named)."""
    rows = Notice.objects.filter(user=user, read_at=None)
    if notice_ids is not None:
        rows = rows.filter(pk__in=list(notice_ids))
    return rows.update(read_at=clock.now())


@transaction.atomic
def issue_token(
    *, actor: Actor, user: User, name: str, scopes: list[str], expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """Make a token; the secret is returned once and only its digest is kept.

    A person makes tokens within the limits of `scopes.must_fit`; who acts for the system has asked before.
    """
    at = clock.now()
    if not actor.is_system:
        limits.must_fit(actor, name=name, scopes=scopes, expires_at=expires_at, at=at)
    secret = "ol_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=token_digest(secret),
        prefix=secret[:8],
        scopes=scopes,
        created_at=at,
        expires_at=expires_at,
    )
    ledger.record(
        chain=ledger.PLATFORM,
        actor=actor,
        verb="person.token_issued",
        subject=_subject(user),
        changes={"name": name, "scopes": scopes, "prefix": token.prefix},
    )
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    """End a token, by its owner or the administrator; it is refused from the next request on. Twice changes nothing."""
    if not (actor.is_admin or actor.is_system or actor.user_id == token.user_id):
        raise DomainError("access.denied")
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        ledger.record(
            chain=ledger.PLATFORM,
            actor=actor,
            verb="person.token_revoked",
            subject=_subject(token.user),
            changes={"name": token.name, "prefix": token.prefix},
        )


def token_digest(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def change_user(
    *,
    actor: Actor,
    user: User,
    is_active: bool,
    organisation: Organisation | None,
    **said: str,
) -> User:
    """Move a person to another body, stop and restart the account, mend what is `said` of them (see `_SAID`).

    Nobody stops themselves.
    """
    if not is_active and user.pk == actor.user_id:
        raise DomainError("person.not_oneself")
    changes = {"state": "启用" if is_active else "停用", "organisation": str(organisation or "")}
    changes |= _say(user, said)
    user.is_active, user.organisation = is_active, organisation
    user.save(update_fields=["is_active", "organisation", *_SAID])
    ledger.record(
        chain=ledger.PLATFORM, actor=actor, verb="person.changed", subject=_subject(user), changes=changes
    )
    return user


_SAID = ("full_name", "phone", "email", "title")


def _say(user: User, said: dict[str, str]) -> dict[str, str]:
    """Set what is said of a person; returns what is new of it."""
    told = {name: said[name].strip() for name in _SAID if name in said}
    changed = {name: value for name, value in told.items() if getattr(user, name) != value}
    for name, value in changed.items():
        setattr(user, name, value)
    return changed


@transaction.atomic
def change_profile(*, actor: Actor, user: User, **said: str) -> User:
    """What a person says of themselves; a new mail address is on record, because letters are believed by it."""
    changed = _say(user, said)
    if changed:
        user.save(update_fields=list(changed))
        ledger.record(
            chain=ledger.PLATFORM,
            actor=actor,
            verb="person.changed",
            subject=_subject(user),
            changes=dict(changed),
        )
    return user


@transaction.atomic
def reset_password(*, actor: Actor, user: User, password: str) -> User:
    """A new password that the person must change at the first sign-in."""
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    ledger.record(chain=ledger.PLATFORM, actor=actor, verb="person.password_reset", subject=_subject(user))
    return user
