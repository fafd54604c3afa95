"""The same contract in every format gives the same items and terms."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from opsledger.reader import Reading, read
from opsledger.reader.documents import extract
from opsledger.reader.documents.numbering import chinese, formatted

LINES = [
    "港口信息系统运维采购需求",
    "需求1：港口调度系统运维服务，运维期限：2025年1月1日-2025年12月31日",
    "一般故障：30分钟内响应，4小时内解决；重大故障：10分钟内响应，2小时内解决。",
    "每季度巡检一次，并提交巡检报告。",
    "需求2：理货系统维护服务，运维期限：2025年3月1日-2025年12月31日",
    "提供7×24小时电话支持，2小时内到达现场。",
    "需求3：视频会议系统维保",
    "备份数据保留30天。",
]


def _terms(reading: Reading) -> list[tuple[object, ...]]:
    return [
        (item.no, fact.kind, *(fact.fields[k] for k in sorted(fact.fields)))
        for item in reading.items
        for fact in item.proposals
    ]


EXPECTED = _terms(read("\n".join(LINES).encode(), "port.txt"))


def _docx_bytes(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def _word() -> bytes:
    made = Document()
    for line in LINES:
        made.add_paragraph(line)
    return _docx_bytes(made)


def test_there_is_something_to_compare() -> None:
    assert len(EXPECTED) == 8  # 4 limits, 1 duty, 1 report; 1 limit; 1 retention


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_text_in_every_encoding(encoding: str, ends: str) -> None:
    assert _terms(read(ends.join(LINES).encode(encoding), "port.txt")) == EXPECTED


def test_markdown() -> None:
    words = "# " + LINES[0] + "\n\n" + "\n\n".join(LINES[1:]).replace("巡检报告", "**巡检报告**")
    assert _terms(read(words.encode(), "port.md")) == EXPECTED


def test_html() -> None:
    page = (
        "<html><head><style>p{}</style></head><body>"
        + "".join(f"<p>{line}</p>" for line in LINES)
        + "</body>"
    )
    assert _terms(read(page.encode(), "port.html")) == EXPECTED
    old = page.replace("<head>", '<head><meta charset="gb2312">').encode("gb18030")
    assert _terms(read(old, "port.htm")) == EXPECTED


def test_html_of_lines_that_stand_as_printed() -> None:
    page = "<html><body><pre>" + "\n\n".join(f"<b>{line}</b>" for line in LINES) + "</pre></body>"
    assert _terms(read(page.encode(), "port.html")) == EXPECTED


def test_html_cells_that_reach_over_rows_and_columns() -> None:
    page = (
        "<table><tr><th>故障级别<th>系统<th>响应时间<th>解决时间</tr>"
        "<tr><td rowspan=2>紧急<td>核心<td>5分钟<td>2小时</tr><tr><td>外围<td colspan=2>1小时</tr>"
        "<tr><td rowspan=x>一般<td>核心<td>1小时<td>1天</tr></table>"
    )
    (item,) = read(page.encode(), "port.html").items
    found = [(p.fields["severity"], p.fields["metric"], p.fields["value"]) for p in item.proposals]
    assert found == [
        ("紧急", "respond", 5),
        ("紧急", "resolve", 2),
        ("紧急", "respond", 1),
        ("一般", "respond", 1),
        ("一般", "resolve", 1),
    ]


def test_word() -> None:
    assert _terms(read(_word(), "port.docx")) == EXPECTED


def test_the_bytes_decide_not_the_name() -> None:
    assert _terms(read(_word(), "port.txt")) == EXPECTED


def test_excel() -> None:
    book = openpyxl.Workbook()
    for line in LINES:
        book.active.append([line])
    out = io.BytesIO()
    book.save(out)
    assert _terms(read(out.getvalue(), "port.xlsx")) == EXPECTED


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("suffix", "converter"), [("pdf", "pdf"), ("doc", "doc"), ("wps", "doc"), ("rtf", "rtf")]
)
def test_what_libreoffice_writes(tmp_path: Path, suffix: str, converter: str) -> None:
    source = tmp_path / "port.docx"
    source.write_bytes(_word())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        converter,
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert _terms(read((tmp_path / f"port.{converter}").read_bytes(), f"port.{suffix}")) == EXPECTED


def test_word_tables_merged_cells_and_tables_in_tables() -> None:
    made = Document()
    table = made.add_table(4, 4)
    rows = [
        ("序号", "服务单位", "系统名称", "服务要求"),
        ("1", "港务局", "调度系统", "每月巡检一次，故障2小时内到达现场。"),
        ("2", "", "理货系统", "每周备份一次。"),
        ("3", "海事局", "船舶系统", "每年培训两次。"),
    ]
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    table.cell(1, 1).merge(table.cell(2, 1))
    inner = table.cell(3, 3).add_table(2, 2)
    for cell, words in zip(
        (c for r in inner.rows for c in r.cells), ("等级", "响应时间", "一级", "15分钟"), strict=True
    ):
        cell.text = words
    reading = read(_docx_bytes(made), "table.docx")
    assert [(i.no, i.name, i.unit) for i in reading.items] == [
        ("1", "调度系统", "港务局"),
        ("2", "理货系统", "港务局"),
        ("3", "船舶系统", "海事局"),
    ]
    limits = [p.fields for p in reading.items[2].proposals if p.kind == "sla"]
    assert [(f["severity"], f["metric"], f["value"], f["unit"]) for f in limits] == [
        ("一级", "respond", 15, "minute")
    ]


def test_word_text_boxes_and_accepted_changes() -> None:
    made = Document()
    made.add_paragraph("港口系统运维")
    paragraph = made.add_paragraph("故障")
    changes = (
        f"<w:del {nsdecls('w')} w:id='1' w:author='a'><w:r><w:delText>8小时</w:delText></w:r></w:del>",
        f"<w:ins {nsdecls('w')} w:id='2' w:author='a'><w:r><w:t>2小时</w:t></w:r></w:ins>",
        f"<w:r {nsdecls('w')}><w:t>内到达现场。</w:t></w:r>",
    )
    for xml in changes:
        paragraph._p.append(parse_xml(xml))
    box = (
        f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>每月巡检一次。</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r>"
    )
    made.add_paragraph("说明")._p.append(parse_xml(box))
    reading = read(_docx_bytes(made), "changes.docx")
    assert "故障2小时内到达现场。" in reading.text
    assert "8小时" not in reading.text
    assert [p.kind for p in reading.items[0].proposals] == ["sla", "duties"]


def test_word_numbering_is_printed() -> None:
    made = Document()
    numbering = made.part.numbering_part.element
    levels = "".join(
        f"<w:lvl w:ilvl='{depth}'><w:start w:val='1'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for depth, form, text in (
            (0, "chineseCountingThousand", "%1、"),
            (1, "decimal", "%1.%2"),
            (2, "bullet", "•"),
        )
    )
    numbering.insert(
        0, parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='77'>{levels}</w:abstractNum>")
    )
    numbering.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='77'><w:abstractNumId w:val='77'/></w:num>"))
    for depth, words in ((0, "总则"), (1, "甲"), (1, "乙"), (2, "丙"), (0, "要求"), (1, "丁")):
        paragraph = made.add_paragraph(words)
        properties = f"<w:numPr {nsdecls('w')}><w:ilvl w:val='{depth}'/><w:numId w:val='77'/></w:numPr>"
        paragraph._p.get_or_add_pPr().append(parse_xml(properties))
    lines = [line for line in extract(_docx_bytes(made), "n.docx").splitlines() if line]
    # The counter of the first level is printed in its own format inside the second level's number.
    assert lines == ["一、总则", "一.1甲", "一.2乙", "丙", "二、要求", "二.1丁"]


@pytest.mark.parametrize(
    ("value", "form", "words"),
    [
        (12, "chineseCounting", "十二"),
        (20, "chineseCountingThousand", "二十"),
        (103, "chineseCounting", "一百零三"),
        (110, "chineseCounting", "一百一十"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (4, "lowerRoman", "iv"),
        (9, "upperRoman", "IX"),
        (2, "upperLetter", "B"),
        (7, "decimalZero", "07"),
        (7, "bullet", ""),
    ],
)
def test_number_formats(value: int, form: str, words: str) -> None:
    assert formatted(value, form) == words


def test_chinese_counting() -> None:
    assert [chinese(n) for n in (1, 10, 11, 21, 99, 100, 111)] == [
        "一",
        "十",
        "十一",
        "二十一",
        "九十九",
        "一百",
        "一百一十一",
    ]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_pdf_tables_are_tables(tmp_path: Path) -> None:
    made = Document()
    made.add_paragraph("港口信息系统运维采购需求")
    table = made.add_table(0, 4)
    table.style = "Table Grid"
    rows = [("序号", "服务单位", "系统名称", "服务要求")]
    rows += [
        (str(n), f"第{n}局", f"第{n}业务系统", "每月巡检一次，一般故障2小时内响应，8小时内解决。")
        for n in range(1, 31)
    ]
    for cells in rows:
        for cell, words in zip(table.add_row().cells, cells, strict=True):
            cell.text = words
            cell.paragraphs[0].runs[0].font.size = Pt(12)
            cell.paragraphs[0].runs[0]._r.get_or_add_rPr().append(
                parse_xml(f"<w:rFonts {nsdecls('w')} w:eastAsia='WenQuanYi Zen Hei'/>")
            )
    assert table._tbl.find(qn("w:tr")) is not None
    source = tmp_path / "t.docx"
    source.write_bytes(_docx_bytes(made))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    reading = read((tmp_path / "t.pdf").read_bytes(), "t.pdf")
    assert [i.no for i in reading.items] == [str(n) for n in range(1, 31)]
    assert {i.unit for i in reading.items} == {f"第{n}局" for n in range(1, 31)}
    assert all(len(i.proposals) == 3 for i in reading.items)
