"""The terms out as a workbook and back: nothing changes by itself, mistakes are named by row and column."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from tests.apps.contracts.reading_samples import make_reading, upload

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review import sheets
from opsledger.apps.contracts.services import reading_acts, reading_sheet, reading_undo
from opsledger.core.errors import DomainError


@pytest.fixture
def reading(world) -> DocumentReading:
    return make_reading(world.actor("manager"))


def changed(reading: DocumentReading, edit: Callable) -> bytes:
    """The exported workbook after somebody has edited it in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(reading_sheet.export_terms(reading=reading)))
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(sheet, row: int, column: str, value: object) -> None:
    head = [cell.value for cell in sheet[1]]
    sheet.cell(row, head.index(column) + 1).value = value


def row_of(sheet, words: str) -> int:
    """The row whose cells hold `words`."""
    return next(n for n, row in enumerate(sheet.iter_rows(values_only=True), 1) if words in map(str, row))


def preview(world, reading, content: bytes) -> tuple[str, str]:
    """The address of the preview and what it shows."""
    client = world.client("manager")
    answer = client.post(f"/readings/{reading.pk}/import/", {"sheet": upload("改.xlsx", content)})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], client.get(answer["Location"]).content.decode()


def test_every_kind_has_a_sheet_with_chinese_heads_and_a_stable_key(world, reading):
    answer = world.client("manager").get(f"/readings/{reading.pk}/export/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert {"说明", "时限", "例行义务", "交付物", "授权许可"} <= set(book.sheetnames)
    head = [cell.value for cell in book["时限"][1]]
    assert head[:6] == ["编号", "版本", "服务项序号", "服务项", "状态", "适用于"]
    first = dict(zip(head, [cell.value for cell in book["时限"][2]], strict=True))
    term = reading.terms.get(pk=first["编号"])
    assert (first["时限内容"], first["数值"], first["单位"]) == ("响应", 30, "分钟") and term.kind == "sla"


def test_back_unchanged_changes_nothing(world, reading):
    _, body = preview(world, reading, reading_sheet.export_terms(reading=reading))
    assert "没有改动" in body and f"另有 {reading.terms.count()} 行与现在相同" in body


def test_corrections_states_moves_and_new_rows_come_back_and_are_undone_at_once(world, reading):
    def edit(book):
        limits, kept = book["时限"], book["留存期限"]
        row = row_of(limits, "一般故障")
        put(limits, row, "数值", 45)
        put(limits, row_of(limits, "重大故障"), "状态", "不采纳")
        put(kept, 2, "服务项序号", "3")
        staff = book["人员配备"]
        put(staff, 2, "服务项序号", "1")
        put(staff, 2, "最少人数", "两")
        put(staff, 2, "岗位", "驻场工程师")

    address, body = preview(world, reading, changed(reading, edit))
    assert "将改动 4 处" in body and "45分钟内响应" in body and "新增" in body
    world.client("manager").post(address, {"expected": 4})
    rows = {row.summary: row for row in reading.terms.all()}
    assert rows["一般故障 45分钟内响应"].state == "edited"
    assert rows["重大故障 15分钟内响应"].state == "rejected"
    assert reading.terms.get(kind="retention").item.no == "3"
    made = rows["驻场工程师不少于2人"]
    assert (made.source, made.state, made.item.no) == ("sheet", "accepted", "1")

    _, put_back, left = reading_undo.undo_last(actor=world.actor("manager"), reading=reading)
    assert (len(put_back), left) == (4, 0)
    assert set(reading.terms.filter(live=True).values_list("state", flat=True)) == {"proposed"}
    assert not reading.terms.filter(live=True, source="sheet").exists()


@pytest.mark.parametrize(
    "column, value, said",
    [
        ("数值", "很快", "应为数字"),
        ("数值", None, "请填写数值"),
        ("单位", "刻钟", "没有“刻钟”这个选项"),
        ("状态", "好", "没有“好”这个状态"),
        ("服务项序号", "99", "没有序号为“99”的服务项"),
        ("编号", 999999, "没有编号为 999999"),
    ],
)
def test_a_mistake_names_its_row_and_column_and_nothing_is_imported(world, reading, column, value, said):
    def edit(book):
        put(book["时限"], 2, column, value)
        put(book["时限"], 3, "数值", 77)

    address, body = preview(world, reading, changed(reading, edit))
    assert said in body and "第 2 行" in body and column in body and "时限" in body
    assert "没有改动任何条款" in body
    refused = world.client("manager").post(address, {"expected": 1}).content.decode()
    assert "没有改动任何条款" in refused
    assert not reading.terms.exclude(state="proposed").exists()


def test_a_row_that_somebody_changed_after_the_export_is_not_overwritten(world, reading):
    content = changed(reading, lambda book: put(book["时限"], 2, "数值", 45))
    term = reading.terms.filter(kind="sla").order_by("item__position", "start", "pk").first()
    reading_acts.decide_term(
        actor=world.actor("manager"), reading=reading, term=term, version=1, verb="reject"
    )
    _, body = preview(world, reading, content)
    assert "导出之后演示manager已改动这一条" in body and "不采纳" in body


def test_a_removed_head_and_a_doubled_number_are_named(world, reading):
    def edit(book):
        book["时限"].delete_cols(1)
        put(book["例行义务"], 3, "编号", book["例行义务"].cell(2, 1).value)

    _, body = preview(world, reading, changed(reading, edit))
    assert "缺少列“编号”" in body and "重复" in body


def test_formulas_are_written_as_text(world, reading):
    term = reading.terms.filter(kind="deliverable").first()
    term.data = {**term.data, "name": "=1+1"}
    term.save()
    book = openpyxl.load_workbook(io.BytesIO(reading_sheet.export_terms(reading=reading)))
    cell = next(c for row in book["交付物"].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type in ("s", "inlineStr") or cell.quotePrefix


@pytest.mark.parametrize(
    "content, said", [(b"abc", "不是可以读取的 Excel"), (b"", "是空的"), (b"PK\x05\x06" + bytes(18), "Excel")]
)
def test_what_is_no_workbook_is_refused(world, reading, content, said):
    answer = world.client("manager").post(
        f"/readings/{reading.pk}/import/", {"sheet": upload("改.xlsx", content)}
    )
    assert answer.status_code == 200 and said in answer.content.decode()


def test_a_workbook_of_others_and_a_bomb():
    book = openpyxl.Workbook()
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(DomainError) as refused:
        sheets.read(buffer.getvalue())
    assert refused.value.code == "sheet.not_ours"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (101 * 1024 * 1024))
    with pytest.raises(DomainError) as refused:
        sheets.read(bomb.getvalue())
    assert refused.value.code == "sheet.too_large"
