"""What a token may be allowed, in words, and which role can use it: nobody ticks what would only be refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor

MAX_DAYS = 365
MAX_NAME = 80

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
    Scope("settings:read", "查看服务台设置", _EVERYBODY),
    Scope("settings:write", "修改服务台设置", _ACTING),
    Scope("duties:read", "查看义务和任务", _EVERYBODY),
    Scope("duties:write", "办理任务", _ACTING),
    Scope("contracts:read", "查看合同与人员", _EVERYBODY),
    Scope("contracts:write", "约定合同待定事项", frozenset({access.BUYER, access.MANAGER})),
    Scope("messages:read", "查看本人消息", _EVERYBODY),
    Scope("messages:write", "把本人消息标为已读", _EVERYBODY),
    Scope("assets:read", "查看资产和备件", _EVERYBODY),
    Scope("assets:write", "登记资产和备件", _WORKERS | {access.BUYER}),
    Scope("ledger:read", "查看台账", _EVERYBODY),
    Scope("assessment:read", "查看考核与付款", _EVERYBODY - {access.ENGINEER, access.UNIT}),
    Scope("assessment:write", "填报与申诉", frozenset({access.BUYER, access.SUPERVISOR, access.MANAGER})),
    Scope("documents:read", "查看交付物和下载报告", _EVERYBODY),
    Scope("documents:write", "提取审计包", frozenset({access.BUYER, access.SUPERVISOR, access.AUDITOR})),
    Scope("watch:read", "查看可用率和中断", _EVERYBODY),
    Scope("watch:write", "登记中断和剔除申请", _ACTING),
    Scope("readings:write", "上报监测值", _WORKERS),
)
# Tokens made on the command line may hold these wide ones; on the page nobody ticks them.
WIDE = {"read": "全部查看", "write": "全部办理", "*": "全部权限"}
_WORDS = {scope.code: scope.words for scope in SCOPES} | WIDE


def may_hold(actor: Actor) -> list[tuple[str, str]]:
    """The scopes that the roles of a person can make use of, on any contract: code and words."""
    held = {grant.role for grant in actor.grants}
    return [(scope.code, scope.words) for scope in SCOPES if held & scope.roles]


def words(codes: list[str]) -> str:
    """The scopes of a token as a sentence part; a code without words stays as it is."""
    return "、".join(_WORDS.get(code, code) for code in codes)


def must_fit(
    actor: Actor,
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    at: datetime,
    wide: bool = False,
) -> None:
    """Refuse a token beyond the limits: what `actor` (its owner) may hold, at most a year, a name to know it by.

    The wide scopes pass only with `wide`; they give no more than the roles do, but nobody sees in them what for.
    """
    if not 0 < len(name.strip()) <= MAX_NAME:
        raise DomainError("token.name", limit=MAX_NAME)
    if expires_at is None or not timedelta(0) < expires_at - at <= timedelta(days=MAX_DAYS):
        raise DomainError("token.days", limit=MAX_DAYS)
    if not scopes:
        raise DomainError("token.no_scope")
    allowed = dict(may_hold(actor)) | (WIDE if wide else {})
    for code in scopes:
        if code not in allowed:
            known = code in _WORDS
            raise DomainError(
                "token.scope_not_held" if known else "token.scope_unknown",
                scope=code,
                allowed="、".join(allowed) or "无",
            )
