"""What a person keeps for themselves: lists under a name.  And the contract's canned replies."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.http import QueryDict

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import CannedReply, ColumnChoice, SavedFilter
from opsledger.apps.desk.replies import PLACES, unknown_places
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel.access import Actor

_MAX_FILTERS = 30
_MAX_REPLIES = 100
_MAX_COLUMNS = 40


def keep_filter(
    *, actor: Actor, contract: Contract, name: str, query: str, shared: bool = False
) -> SavedFilter:
    """Keep a list's address under a name, for oneself or for everybody on the contract.

    The same name again replaces one's own.  What a shared list shows is still what each may see.
    """
    words = name.strip()[:40]
    if not words:
        raise DomainError("transitions.fact_missing", fact="name", label="名称", action="保存筛选")
    asked = QueryDict(query[:500].lstrip("?"), mutable=True)
    for key in ("page", "export"):
        asked.pop(key, None)
    own = SavedFilter.objects.filter(user_id=actor.user_id, contract=contract)
    if own.count() >= _MAX_FILTERS and not own.filter(name=words).exists():
        raise DomainError("ticket.too_many_filters", limit=_MAX_FILTERS)
    kept, _ = SavedFilter.objects.update_or_create(
        user_id=actor.user_id,
        contract=contract,
        name=words,
        defaults={"query": asked.urlencode()[:500], "shared": shared},
    )
    return kept


def drop_filter(*, actor: Actor, contract: Contract, name: str) -> None:
    SavedFilter.objects.filter(user_id=actor.user_id, contract=contract, name=name).delete()


def choose_columns(*, actor: Actor, list_name: str, keys: Sequence[str]) -> None:
    """The columns that this person wants to see in a list; none brings the usual ones back."""
    own = ColumnChoice.objects.filter(user_id=actor.user_id, list_name=list_name)
    if not keys:
        own.delete()
        return
    ColumnChoice.objects.update_or_create(
        user_id=actor.user_id, list_name=list_name, defaults={"keys": list(keys)[:_MAX_COLUMNS]}
    )


@transaction.atomic
def keep_reply(*, actor: Actor, contract: Contract, name: str, text: str) -> CannedReply:
    """Words that the provider's people use again and again; the same name again replaces them."""
    actor.must(contract.pk, *policies.PROVIDER_ROLES)
    if not name.strip() or not text.strip():
        raise DomainError("transitions.fact_missing", fact="text", label="内容", action="保存常用语")
    unknown = unknown_places(text)
    if unknown:
        raise DomainError("reply.unknown_place", place=unknown[0], places="、".join(PLACES))
    rows = CannedReply.objects.filter(contract=contract)
    if rows.count() >= _MAX_REPLIES and not rows.filter(name=name.strip()[:60]).exists():
        raise DomainError("reply.too_many", limit=_MAX_REPLIES)
    kept, _ = CannedReply.objects.update_or_create(
        contract=contract, name=name.strip()[:60], defaults={"text": text.strip()}
    )
    _record(actor, contract, "reply.kept", kept)
    return kept


@transaction.atomic
def drop_reply(*, actor: Actor, contract: Contract, name: str) -> None:
    """Forget a canned reply."""
    actor.must(contract.pk, *policies.PROVIDER_ROLES)
    found = CannedReply.objects.filter(contract=contract, name=name).first()
    if found is not None:
        _record(actor, contract, "reply.dropped", found)
        found.delete()


def _record(actor: Actor, contract: Contract, verb: str, reply: CannedReply) -> None:
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("reply", str(reply.pk), reply.name),
    )
