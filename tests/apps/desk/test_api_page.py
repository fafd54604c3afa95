"""The page that documents the API says everything that the API offers, in Chinese and without the internet."""

from __future__ import annotations

import re

from opsledger.site.api import api


def test_every_operation_is_told_in_chinese(client_for) -> None:
    page = client_for("unit").get("/tools/api/").content.decode()
    for path, operations in api.get_openapi_schema()["paths"].items():
        for operation in operations.values():
            assert path in page and operation["summary"] in page
            assert re.search(r"[\u4e00-\u9fff]", operation["summary"]), (path, operation["summary"])
            assert "description" not in operation
    loaded = re.findall(r'(?:src|href)="(https?://[^"]+)"', page)
    assert loaded == []


def test_it_asks_for_a_login(client, db) -> None:
    assert client.get("/tools/api/").status_code == 302
