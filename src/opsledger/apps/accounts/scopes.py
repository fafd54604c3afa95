"""What a token may be allowed, in words, and which role can use it: nobody ticks what would only be refused."""

from __future__ import annotations

from dataclasses import dataclass

from opsledger.kernel import access
from opsledger.kernel.access import Actor

MAX_DAYS = 365

_WORKERS = frozenset({access.MANAGER, access.ENGINEER})
_EVERYBODY = access.CONTRACT_ROLES
_ACTING = _EVERYBODY - {access.AUDITOR}


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission of a token: its code, its words, and the roles that can make use of it."""

    code: str
    words: str
    roles: frozenset[str]


SCOPES = (
    Scope("tickets:read", "查看工单", _EVERYBODY),
    Scope("tickets:write", "提交和办理工单", _ACTING),
    Scope("duties:read", "查看义务和任务", _EVERYBODY),
    Scope("duties:write", "办理任务", _ACTING),
    Scope("assessment:read", "查看考核", _EVERYBODY - {access.ENGINEER, access.UNIT}),
    Scope("watch:read", "查看可用率和中断", _EVERYBODY),
    Scope("readings:write", "上报监测值", _WORKERS),
)
# Tokens made on the command line may hold these wide ones; on the page nobody ticks them.
_WIDE = {"read": "全部查看", "write": "全部办理", "*": "全部权限"}
_WORDS = {scope.code: scope.words for scope in SCOPES} | _WIDE


def may_hold(actor: Actor) -> list[tuple[str, str]]:
    """The scopes that the roles of a person can make use of, on any contract: code and words."""
    held = {grant.role for grant in actor.grants}
    return [(scope.code, scope.words) for scope in SCOPES if held & scope.roles]


def words(codes: list[str]) -> str:
    """The scopes of a token as a sentence part; a code without words stays as it is."""
    return "、".join(_WORDS.get(code, code) for code in codes)
