"""A token does what its scopes say: to read is not to write, and what it reads is no other room's."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from tests.apps.duties.known import one_of_everything

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.duties.models import Occurrence
from opsledger.kernel.access import SYSTEM
from opsledger.site.api import api

TAGS = {"duties", "rounds", "findings", "templates", "samples", "quotas", "staff", "plans"}
MORE = {"file_id": 1, "action": "verify"}
QUERY = {"what-if": "?add=item&item=01"}
BODIES = {
    "fulfil": {"note": "x"}, "move": {"day": "2026-03-20"}, "round": {"template": "own"}, "answers": {"changes": []},
    "order": {"keys": []}, "{question}": {"text": "x"}, "findings": {"item": "01", "summary": "x"},
    "{key}": {"name": "x", "minutes": 1, "activities": ["backup"], "checks": [{"id": "a", "label": "a", "kind": "text"}]},
    "places": {"allowed": True, "note": "x"}, "samples": {"how": "kind"}, "verify": {"occurrences": [1]},
    "uses": {"amount": 1, "on": "2026-03-11", "note": "x"}, "rule": {"kinds": []}, "correct": {"amount": 1, "reason": "x"},
    "decide": {"agree": True, "agreement": "x"}, "staff": {"post": 1, "name": "x", "role": "x", "starts_on": "2026-03-11"},
    "leave": {"first": "2026-03-11", "last": "2026-03-11", "reason": "x"}, "answer": {"agree": True},
    "replacements": {"name": "x", "from_on": "2026-03-20", "reason": "x"},
    "minutes": {"activity": "", "minutes": 1, "basis": "both", "reason": "x"},
}  # fmt: skip


def operations():
    """(method, path) of every operation of this room that takes no form."""
    for path, told in api.get_openapi_schema()["paths"].items():
        for method, operation in told.items():
            body = operation.get("requestBody", {}).get("content", {})
            if operation["tags"][0] in TAGS and not any(kind.startswith("multipart") for kind in body):
                yield method, path


@pytest.fixture
def bearer(world, at):
    def make(*scopes):
        user = world.users["manager"]
        _, secret = issue_token(actor=SYSTEM, user=user, name="测试", scopes=list(scopes), expires_at=None)
        return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    return make


def test_every_operation_asks_for_its_scope(world, bearer):
    known = {"slug": "demo-2026", **one_of_everything(world), **MORE}
    before = Occurrence.objects.get(pk=known["occurrence_id"]).version
    only_reads, elsewhere = bearer("duties:read"), bearer("tickets:read", "tickets:write")
    seen = 0
    for method, path in operations():
        last = path.rsplit("/", 1)[1]
        address = re.sub(r"{(\w+)}", lambda found: str(known[found[1]]), path) + QUERY.get(last, "")
        sent = (
            {"data": json.dumps(BODIES.get(last, {})), "content_type": "application/json"}
            if method != "get"
            else {}
        )
        for token in [elsewhere] if method == "get" else [elsewhere, only_reads]:
            answer = getattr(Client(), method)(address, **sent, **token)
            told = json.loads(answer.content)
            assert (answer.status_code, told["code"]) == (403, "api.scope_missing"), (method, path, told)
        seen += 1
    assert seen > 60 and Occurrence.objects.get(pk=known["occurrence_id"]).version == before
