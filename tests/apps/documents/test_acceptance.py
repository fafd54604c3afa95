"""The acceptance report: each clause with what became of it."""

from __future__ import annotations

from collections import Counter

from tests.apps.assessment.conftest import february, month, scored
from tests.apps.documents.test_reports import _span, contract_of, words

from opsledger.apps.documents import services
from opsledger.apps.documents.closing import closing

__all__ = ["february", "month", "scored"]


def test_every_clause_has_its_line(scored, february, at) -> None:
    told = closing(contract_of(scored), _span(scored, "term"), at=at)
    # 15 limits in their time (10 broken, 4 kept, 1 broken in January), each a term of its own; and 11 duties:
    # inspections 3 missed + 1 late + 1 kept + 1 missed in March, backups 2 missed + 1 late, deliverable, scan.
    assert Counter((line.kind, line.verdict) for line in told.clauses) == {
        ("时限", "有逾期"): 11,
        ("时限", "已履行"): 4,
        ("例行任务", "有未完成"): 7,
        ("例行任务", "有逾期"): 2,
        ("例行任务", "已履行"): 1,
        ("交付物", "有未完成"): 1,
    }
    assert [(one.due, one.in_time, one.missing) for one in told.deliverables] == [(1, 0, 1)]
    # 3 + 1 inspections, 2 backups, the deliverable and the scan.
    assert told.owed == 8


def test_the_report_says_it(scored, february) -> None:
    text = words(services.render_acceptance_report(contract=contract_of(scored)))
    for said in (
        "履约验收报告",
        "（服务期未满，草稿）",
        "合同有约束力的条款共26条：已履行5条，有逾期13条，有未完成8条",
        "¥6,000,000.00",
        "¥1,278,000.00",
        "到期未完成的任务8项",
        "□ 验收合格",
        "考察1次，超时1次",
    ):
        assert said in text, said


def test_who_may_draft_it(client_for, february) -> None:
    for who, status in {"buyer": 200, "auditor": 200, "engineer": 403, "unit": 403, "stranger": 404}.items():
        assert client_for(who).get("/c/demo-2026/acceptance.docx").status_code == status, who


def test_a_bare_contract_has_one_too(world, at) -> None:
    text = words(services.render_acceptance_report(contract=contract_of(world)))
    assert "合同没有考核条款" in text and "合同没有约定交付物" in text
