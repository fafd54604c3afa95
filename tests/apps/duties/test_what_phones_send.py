"""What a phone sends may be anything: what cannot be kept is refused in words, the rest is kept."""

from __future__ import annotations

import pytest

from opsledger.apps.duties.models import Answer


@pytest.mark.parametrize(
    "wrong",
    ['"a\\u0000b"', '"\\ud800"', '{"x": "\\u0000"}', "[" * 600 + "]" * 600],
    ids=["nul", "half", "inside", "deep"],
)
def test_what_no_database_can_hold_is_refused_and_the_rest_is_kept(world, begun, wrong):
    address = f"/c/demo-2026/rounds/{begun.pk}/sync/"
    body = f"""{{"device": "\\u0000", "changes": [
        {{"id": "a", "check": "note", "value": {wrong}}}, {{"id": "b", "check": "note", "value": "正常"}}]}}"""
    told = world.client("engineer").post(address, body, content_type="application/json").json()
    assert (told["saved"], [one["id"] for one in told["refused"]]) == (["b"], ["a"])
    assert Answer.objects.get().value == "正常"


def test_a_body_nested_without_end_is_no_answer(world, begun):
    address = f"/c/demo-2026/rounds/{begun.pk}/sync/"
    got = world.client("engineer").post(address, "[" * 200_000, content_type="application/json")
    assert got.status_code == 400 and "不是检查答案" in got.json()["sentence"]


def test_the_same_through_the_api(begun, token, client):
    address = f"/api/v1/contracts/demo-2026/rounds/{begun.pk}/answers"
    for body in ("[" * 200_000, '{"changes": [{"id": "a", "check": "note", "value": "a\\u0000b"}]}'):
        got = client.post(address, body, content_type="application/json", **token("engineer"))
        assert got.status_code in (400, 422) and got.json()["code"] in ("request.refused", "input.invalid")
    assert not Answer.objects.exists()
