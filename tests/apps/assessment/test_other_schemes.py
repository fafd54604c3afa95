"""Ten real schemes through the same pages and papers: points, steps, weights, several assessors, bonus, vetoes."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from ruamel.yaml import YAML

from opsledger.apps.assessment import selectors, services
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.contracts.models import Contract
from opsledger.apps.documents import services as documents
from opsledger.core.errors import DomainError
from opsledger.core.scoring import parse_scheme
from opsledger.core.scoring.scheme import Manual, Steps

SCHEMES = sorted((Path(__file__).parents[2] / "core" / "schemes").glob("*.yaml"))
PLAN = {
    "id": "rest",
    "title": "两次付清",
    "milestones": [
        {"id": "first", "title": "首付款", "trigger": "signed", "share_percent": 30, "due_workdays": 15},
        {"id": "rest", "title": "验收款", "trigger": "accepted", "period": "term", "due_workdays": 15},
    ],
}


@pytest.fixture(params=SCHEMES, ids=lambda path: path.stem)
def scheme_contract(request, scored, month, february) -> Contract:
    contract = scored.contract
    contract.scheme = YAML(typ="safe").load(request.param)
    contract.payment = PLAN
    contract.settings = {}
    contract.save()
    return Contract.objects.select_related("buyer", "provider", "supervisor").get(pk=contract.pk)


def test_pages_and_papers_of_every_scheme(client_for, scheme_contract) -> None:
    client = client_for("buyer")
    for path in ("assessment/", "payments/", "readings/", "assessment/2026-02/", "assessment/term/"):
        assert client.get(f"/c/demo-2026/{path}").status_code == 200, path
    assert client.get("/c/demo-2026/assessment/2026-02/fill/").status_code == 200
    content = client.get("/c/demo-2026/assessment/term/sheet.docx").content
    assert "运维服务考核表" in [one.text for one in Document(io.BytesIO(content)).paragraphs]


def test_every_row_that_people_fill_can_be_filled(scored, scheme_contract, at) -> None:
    scheme = parse_scheme(scheme_contract.scheme)
    assessors = [one.id for one in scheme.assessors] or [""]
    by_hand = [row for row in scheme.indicators if isinstance(row.rule, Manual)]
    for row in by_hand:
        for assessor in assessors:
            services.add_manual_row(
                actor=scored.actor("buyer"),
                assessment=Assessment.objects.get(contract=scheme_contract, period_id="2026-02"),
                indicator_id=row.id,
                points=Decimal(1) if (row.points or row.cap or 1) >= 1 else Decimal(0),
                reason="依现场核查",
                assessor_id=assessor,
            )
    found = Assessment.objects.get(contract=scheme_contract, period_id="2026-02")
    sheet = selectors.sheet_for(basis_of(scheme_contract), found, at=at)
    # A step scale whose range the facts have reached still waits for points within that range.
    assert not {row.title for row in by_hand} & set(sheet["pending"])
    assert (
        documents.render_score_sheet(basis=basis_of(scheme_contract), assessment=found, form="xlsx")[:2]
        == b"PK"
    )


def test_with_several_assessors_one_must_be_named(scored, february) -> None:
    contract = scored.contract
    path = next(path for path in SCHEMES if parse_scheme(YAML(typ="safe").load(path)).assessors)
    contract.scheme = YAML(typ="safe").load(path)
    contract.save()
    row = next(r for r in parse_scheme(contract.scheme).indicators if isinstance(r.rule, Manual | Steps))
    with pytest.raises(DomainError, match=r"^assessment\.assessor_needed"):
        services.add_manual_row(
            actor=scored.actor("buyer"),
            assessment=Assessment.objects.get(pk=february.pk),
            indicator_id=row.id,
            points=Decimal(1),
            reason="依现场核查",
        )


def test_deductions_of_several_months_stop_at_the_rows_limit(scored, february, at) -> None:
    # A row that may lose 3 points: 2 in January and 2 in February are 3 in the first quarter.
    contract = scored.contract
    scheme = dict(contract.scheme)
    last = scheme["categories"][-1]["indicators"][-1]
    last["cap"] = 3
    contract.scheme = scheme
    contract.payment = {
        **contract.payment,
        "milestones": [
            contract.payment["milestones"][0],
            {**contract.payment["milestones"][1], "period": "2026-Q1"},
        ],
    }
    contract.save()
    for period_id in ("2026-01", "2026-02"):
        services.add_manual_row(
            actor=scored.actor("buyer"),
            assessment=Assessment.objects.get(contract=contract, period_id=period_id),
            indicator_id="other",
            points=Decimal(2),
            reason="缺席例会",
        )
    found = Assessment.objects.get(contract=contract, period_id="2026-Q1")
    fresh = Contract.objects.select_related("buyer", "provider", "supervisor").get(pk=contract.pk)
    sheet = selectors.sheet_for(basis_of(fresh), found, at=at)
    other = [row for part in sheet["categories"] for row in part["rows"] if row["id"] == "other"]
    assert Decimal(other[0]["deduction"]) == 3
