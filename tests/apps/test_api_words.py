"""What is wrong with a call is said in Chinese, field by field."""

from __future__ import annotations

import pytest
from django.test import Client

from opsledger.apps.accounts.services import issue_token
from opsledger.kernel.access import SYSTEM

BASE = "/contracts/demo-2026"


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "words"),
    [
        ("post", "/assets", {"kind": "server", "name": ""}, "name", "至少 1 个字。"),
        ("post", "/assets", {"kind": "server", "name": "长" * 121}, "name", "不超过 120 个字。"),
        ("post", "/assets", {"kind": "server", "name": 5}, "name", "应为文字。"),
        ("post", "/assets", {"kind": "server"}, "name", "缺少这一项。"),
        ("post", "/assets", {"kind": "server", "name": "x", "colour": 1}, "colour", "没有这一项，请核对名称。"),
        ("post", "/assets", {"kind": "server", "name": "x", "quantity": 0}, "quantity", "不小于 1。"),
        ("post", "/assets", {"kind": "server", "name": "x", "quantity": "多"}, "quantity", "应为整数。"),
        ("post", "/assets", {"kind": "server", "name": "a\x00b"}, "name", "含有不能保存的字符。"),
        ("post", "/assets", {"kind": "server", "name": "x", "acquired_on": "去年"}, "acquired_on", "不是有效的日期，应如 2026-03-11。"),
        ("post", "/outages", {"item": "01", "starts_at": "2026-03-11T08:00:00"}, "starts_at", "时间须带时区，例如 2026-03-11T10:00:00+08:00。"),
        ("post", "/outages", {"item": "01", "starts_at": "早上"}, "starts_at", "不是有效的时间，应如 2026-03-11T10:00:00+08:00。"),
        ("get", "/assets?warranty=never", None, "warranty", "应为以下之一：over、soon。"),
        ("post", "/spares", {"name": "硬盘", "price_cny": "1.234"}, "price_cny", "小数不超过 2 位。"),
        ("post", "/takeover/accept", {"codes": [], "place": "A"}, "codes", "至少 1 项。"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_field(through, method, path, body, field, words):
    told = through("engineer", method, f"{BASE}{path}", body, 422)
    assert told["detail"] == "输入不符合接口说明，请核对各字段。"
    (wrong,) = told["fields"]
    assert (wrong["field"].rpartition(".")[2], wrong["message"]) == (field, words)


def test_a_body_that_is_no_json(world):
    _, secret = issue_token(
        actor=SYSTEM, user=world.users["engineer"], name="测试", scopes=["*"], expires_at=None
    )
    answer = Client().post(
        f"/api/v1{BASE}/assets",
        "{",
        content_type="application/json",
        headers={"authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 400 and answer.json()["detail"].startswith("请求的正文不能读取")
