"""opsledger token: make, list and revoke a person's API tokens; a secret is shown once."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta

from opsledger.apps.accounts import scopes, selectors
from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import ApiToken, User
from opsledger.apps.accounts.services import issue_token, revoke_token
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM

_CALLS = """\
opsledger token USER [--name --scope --days]   make a token, print its secret
opsledger token list USER                      the person's tokens: ID, name, scopes, until when, last used
opsledger token revoke USER ID                 revoke one; the next request with it is refused
opsledger token revoke USER --all              revoke all of them
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.usage = "opsledger token [list | revoke] USER [ID] [options]"
    parser.epilog = (
        f"{_CALLS}\nThe limits are those of the page: scopes within the person's roles, at most "
        f"{scopes.MAX_DAYS} days.\nOnly here a token may also hold one of the wide scopes: read (everything the "
        "person may see),\nwrite (everything the person may do), * (both).\n\nScopes: "
        + ", ".join(scope.code for scope in scopes.SCOPES)
    )
    parser.add_argument("words", nargs="+", metavar="USER", help="the user name, after list or revoke if any")
    parser.add_argument("--name", default="command line", help="what the token is for")
    parser.add_argument("--scope", action="append", default=[], help="a scope, e.g. tickets:read; repeatable")
    parser.add_argument("--days", type=int, default=90, help="valid for so many days (default 90)")
    parser.add_argument("--all", action="store_true", help="with revoke: every token of the person")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    first, *rest = args.words
    # A person may be called "list": with one word alone a token is made.
    if not rest:
        return _make(_person(first), args)
    if first == "list" and len(rest) == 1:
        return _list(_person(rest[0]), args)
    if first == "revoke" and len(rest) == (1 if args.all else 2):
        return _revoke(_person(rest[0]), "" if args.all else rest[1])
    print(f"opsledger token: cannot take this call; use one of\n\n{_CALLS}", end="", file=sys.stderr)
    return 2


def _person(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise DomainError("person.unknown", username=username)
    return user


def _make(user: User, args: argparse.Namespace) -> int:
    wanted, at = args.scope or ["read"], clock.now()
    if not 1 <= args.days <= scopes.MAX_DAYS:
        raise DomainError("token.days", limit=scopes.MAX_DAYS)
    until = at + timedelta(days=args.days)
    scopes.must_fit(actor_for(user), name=args.name, scopes=wanted, expires_at=until, at=at, wide=True)
    token, secret = issue_token(actor=SYSTEM, user=user, name=args.name, scopes=wanted, expires_at=until)
    if args.json:
        print(json.dumps({"token": secret, "scopes": token.scopes, "expires_at": str(token.expires_at)}))
    else:
        print(secret)
    return 0


def _list(user: User, args: argparse.Namespace) -> int:
    rows = list(selectors.tokens_of(user.pk))
    if args.json:
        print(json.dumps([_told(row) for row in rows], ensure_ascii=False, default=str))
        return 0
    for row in rows:
        print("\t".join([str(row.pk), row.prefix, row.name, row.scope_words, *_moments(row)]))
    if not rows:
        print(f"{user.username} 没有有效的令牌。")
    return 0


def _told(row: ApiToken) -> dict[str, object]:
    names = ("name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def _moments(row: ApiToken) -> list[str]:
    until = f"{clock.local(row.expires_at):%Y-%m-%d} 到期" if row.expires_at else "长期有效"
    if row.expires_at and row.expires_at <= clock.now():
        until = f"{clock.local(row.expires_at):%Y-%m-%d} 已过期"
    used = f"最近使用 {clock.local(row.last_used_at):%Y-%m-%d %H:%M}" if row.last_used_at else "未使用"
    return [until, used]


def _revoke(user: User, number: str) -> int:
    rows = selectors.tokens_of(user.pk)
    if number:
        found = rows.filter(pk=int(number)) if number.isdecimal() and len(number) < 18 else rows.none()
        if not found:
            raise DomainError("token.unknown", username=user.username, number=number)
        rows = found
    revoked = list(rows)
    for token in revoked:
        revoke_token(actor=SYSTEM, token=token)
    print(f"已撤销 {len(revoked)} 个令牌。")
    return 0
