"""opsledger token: make an API token for a user; it is shown once."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import issue_token
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")
    parser.add_argument("--name", default="command line", help="what the token is for")
    parser.add_argument("--scope", action="append", default=[], help="a scope, e.g. tickets:read; repeatable")
    parser.add_argument("--days", type=int, default=90, help="valid for so many days (default 90)")
    parser.add_argument("--json", action="store_true", help="print the token as JSON")


def run(args: argparse.Namespace) -> int:
    user = User.objects.filter(username=args.username).first()
    if user is None:
        raise DomainError("person.unknown", username=args.username)
    token, secret = issue_token(
        actor=SYSTEM,
        user=user,
        name=args.name,
        scopes=args.scope or ["read"],
        expires_at=clock.now() + timedelta(days=args.days),
    )
    if args.json:
        print(json.dumps({"token": secret, "scopes": token.scopes, "expires_at": str(token.expires_at)}))
    else:
        print(secret)
    return 0
