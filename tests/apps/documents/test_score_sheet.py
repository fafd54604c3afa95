"""The score sheet reopened: the figures that were computed stand in the document and in the workbook."""

from __future__ import annotations

import io

import openpyxl
import pytest
from docx import Document
from tests.apps.assessment.conftest import february, month, scored

from opsledger.apps.assessment import services as assessment
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.documents import services

__all__ = ["february", "month", "scored"]


def render(found: Assessment, form: str) -> bytes:
    found = Assessment.objects.select_related(
        "contract__buyer", "contract__provider", "contract__supervisor"
    ).get(pk=found.pk)
    return services.render_score_sheet(basis=basis_of(found.contract), assessment=found, form=form)


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    said = [one.text for one in document.paragraphs]
    for table in document.tables:
        said += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(said)


def test_the_document_says_what_was_computed(february) -> None:
    # 100 − 18.5 = 81.5; 18.5 × 12,000 = 222,000; 1,500,000 − 222,000 = 1,278,000.
    text = words(render(february, "docx"))
    for said in (
        "运维服务考核表",
        "演示市政务信息化运维项目",
        "100 − 18.5 = 81.5 分",
        "¥222,000.00",
        "¥1,278,000.00",
        "人民币（大写）：壹佰贰拾柒万捌仟元整",
        "时限超时9次",
        "工单GD-0001",
        "2.4 表 序号01",
        "只算90分以下的部分",
        "代表签字",
    ):
        assert said in text, said


def test_the_document_is_a4_with_page_numbers_and_repeating_heads(february) -> None:
    document = Document(io.BytesIO(render(february, "docx")))
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert "NUMPAGES" in section.footer._element.xml
    assert any("tblHeader" in table._tbl.xml for table in document.tables)
    assert 'w:eastAsia="仿宋"' in document.element.xml


def test_the_workbook_holds_numbers_and_a_sum(february) -> None:
    content = render(february, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    page = book["评分表"]
    rows = {row[1]: row[4] for row in page.iter_rows(values_only=True) if row[1]}
    assert rows["合计"] == 18.5
    assert rows["工单超时（响应、到场、诊断、解决、答复）"] == 7.5
    assert sum(1 for row in book["扣分明细"].iter_rows(min_row=2, values_only=True) if row[0]) == 19
    formulas = openpyxl.load_workbook(io.BytesIO(content))["评分表"]
    total = next(row for row in formulas.iter_rows() if row[1].value == "合计")
    assert str(total[4].value).startswith("=E")
    assert 1_278_000 in [cell.value for row in page.iter_rows() for cell in row]


@pytest.mark.parametrize("period_id", ["2026-Q1", "2026", "term", "2026-07"])
def test_every_kind_of_period_renders(scored, february, period_id) -> None:
    found = Assessment.objects.get(contract=scored.contract, period_id=period_id)
    assert "运维服务考核表" in words(render(found, "docx"))
    assert render(found, "xlsx")[:2] == b"PK"


def test_a_signed_sheet_prints_as_it_was_signed(scored, month, february) -> None:
    found = Assessment.objects.select_related("contract").get(pk=february.pk)
    assessment.issue(actor=scored.actor("buyer"), assessment=found)
    assessment.sign(actor=scored.actor("manager"), assessment=found)
    assessment.sign(actor=scored.actor("buyer"), assessment=found)
    before = words(render(found, "docx"))
    month.timer("resolve", "breached", 25)
    assert words(render(found, "docx")) == before
    assert "已于 2026-03-11 10:00 在平台签署" in before
