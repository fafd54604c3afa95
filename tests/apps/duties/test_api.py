"""Duties through the API: obligations, occurrences, their fulfilment and its check."""

from __future__ import annotations

from django.test import Client

from opsledger.kernel import clock

BASE = "/api/v1/contracts/demo-2026"


def test_from_the_list_to_the_check(march, call, token, photo):
    status, page, _ = call("engineer", "get", "/occurrences?attention=live&count=true")
    assert (status, page["count"], page["items"][0]["outcome"]) == (200, 3, "missed")
    at = f"/occurrences/{march.pk}"
    status, told, _ = call("engineer", "post", f"{at}/fulfil", {"note": "已巡检"})
    assert (status, told["code"]) == (409, "occurrence.evidence_missing") and "照片" in told["detail"]
    body = {"note": "已巡检", "numbers": ["室温=22.5"], "file": [photo(1)]}
    answer = Client().post(f"{BASE}{at}/files", body, **token("engineer"))
    assert answer.status_code == 200, answer.content
    done = answer.json()
    assert (done["state"], done["numbers"], len(done["files"])) == ("submitted", {"室温": "22.5"}, 1)
    down = Client().get(f"{BASE}{at}/files/{done['files'][0]['id']}", **token("supervisor"))
    assert down.status_code == 200 and b"".join(down.streaming_content)[:4] == b"\x89PNG"
    status, told, _ = call("engineer", "post", f"{at}/acts/verify", {})
    assert (status, told["code"]) == (400, "transitions.not_your_role")
    status, told, _ = call("supervisor", "post", f"{at}/acts/return", {"reason": "照片不清"})
    assert (status, told["state"], told["reason"]) == (200, "returned", "照片不清")
    status, told, _ = call("manager", "post", f"{at}/acts/assign", {"assignee": "engineer2"})
    assert (status, told["assignee"]) == (200, "演示engineer2")


def test_etags_keys_and_strangers(march, call):
    at = f"/occurrences/{march.pk}"
    tag = call("engineer", "get", at)[2]["ETag"]
    key = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    first = call("engineer", "post", f"{at}/acts/start", {}, **key)
    again = call("engineer", "post", f"{at}/acts/start", {}, **key)
    assert first[0] == again[0] == 200 and first[1] == again[1]
    status, told, _ = call("engineer", "post", f"{at}/acts/withdraw", {}, HTTP_IF_MATCH=tag)
    assert (status, told["code"]) == (412, "api.etag_mismatch")
    assert call("other_unit", "get", at)[0] == 404 and call("stranger", "get", "/occurrences")[0] == 404


def test_obligations_with_what_became_of_them(march, call, at):
    status, page, _ = call("buyer", "get", "/obligations?kind=duty")
    (row,) = page["items"]
    assert (status, row["item"], row["clause"], row["planned"]) == (200, "01", "2.4 表 序号01", 12)
    assert row["missed"] == 2 and row["next_due"] > clock.now().isoformat()[:4]
    assert call("unit", "get", "/obligations")[0] == 403
