"""The page of the ledger: found by the Chinese word of an act, by days, never upset by nonsense."""

from __future__ import annotations

import pytest

from opsledger.apps.ledger import services as ledger
from opsledger.kernel.access import SYSTEM

PATH = "/c/demo-2026/ledger/"


@pytest.fixture
def written(world):
    chain = ledger.contract_chain(world.contract.pk)
    for verb, label in [("document.packed", "2026年3月"), ("person.created", "演示engineer")]:
        subject = ledger.Subject("document", "1", label)
        ledger.record(chain=chain, actor=SYSTEM, verb=verb, subject=subject, changes={})
    return world


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=审计包", {"2026年3月"}),  # 下载审计包
        ("q=document.packed", {"2026年3月"}),
        ("q=engineer", {"演示engineer"}),
        ("q=没有这样的动作", set()),
        ("since=2026-03-11&until=2026-03-11", {"2026年3月", "演示engineer"}),
        ("since=2026-03-12", set()),
        ("since=2026-13-40&until=0001-01-01", {"2026年3月", "演示engineer"}),
    ],
)
def test_what_is_found(written, query, found):
    page = written.client("manager").get(f"{PATH}?{query}")
    assert {row.subject_label for row in page.context["table"].page.object_list} == found
