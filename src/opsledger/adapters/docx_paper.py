"""A4 papers in the form that Chinese offices use, built with python-docx.

Body 仿宋 小四, headings 黑体, titles 宋体 bold and centred; each font is declared with the names under which
other systems know it, so that a machine without it takes a near one.  Every table repeats its head on each
page, rows do not break across pages, and the foot carries 第 x 页 共 y 页.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from opsledger.adapters.docx_parts import (
    ALIGN,
    BODY,
    HEAD,
    TITLE,
    add_field,
    add_line,
    add_run,
    fill,
    join_first_column,
    keep_with_next,
    pad,
    repeat,
    set_fonts,
    whole,
)

# Name -> (other names it goes by, its PANOSE class): what a reader without the font looks for next.
_FONTS = {
    BODY: ("FangSong;仿宋_GB2312;STFangsong;Noto Serif CJK SC", "02010609060101010101"),
    TITLE: ("SimSun;STSong;Noto Serif CJK SC", "02010600030101010101"),
    HEAD: ("SimHei;STHeiti;Noto Sans CJK SC", "02010609060101010101"),
}
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its head, its width in centimetres, its alignment."""

    head: str
    width_cm: float
    align: str = "left"


class Paper:
    """One document; every method appends to it."""

    def __init__(self, title: str, *, at: datetime, foot: str = "", landscape: bool = False) -> None:
        self._document = Document()
        self._sections(landscape)
        self._styles()
        self._declare_fonts()
        core = self._document.core_properties
        core.title, core.author, core.comments = title, "运维台账", ""
        core.created = core.modified = at.replace(tzinfo=None)
        core.last_modified_by = "运维台账"
        self._foot(foot)

    # -- set-up ---------------------------------------------------------------------------------

    def _sections(self, landscape: bool) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        if landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Cm(29.7), Cm(21)
        section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.1)
        section.left_margin = section.right_margin = Cm(2.3)
        section.footer_distance = Cm(1.2)

    def _styles(self) -> None:
        style = self._document.styles["Normal"]
        style.font.size = Pt(12)
        properties = style.element.get_or_add_rPr()
        set_fonts(properties, BODY)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")
        properties.append(language)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.35

    def _declare_fonts(self) -> None:
        for part in self._document.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml":
                made = "".join(
                    f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:panose1 w:val="{panose}"/>'
                    '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
                    for name, (others, panose) in _FONTS.items()
                )
                part._blob = part.blob.replace(b"</w:fonts>", made.encode() + b"</w:fonts>")

    def _foot(self, text: str) -> None:
        paragraph = self._document.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if text:
            add_run(paragraph, f"{text}　　", size=9)
        add_run(paragraph, "第 ", size=9)
        add_field(paragraph, "PAGE")
        add_run(paragraph, " 页　共 ", size=9)
        add_field(paragraph, "NUMPAGES")
        add_run(paragraph, " 页", size=9)

    # -- text -----------------------------------------------------------------------------------

    def title(self, text: str, below: str = "") -> None:
        """The centred title, with a line below it."""
        paragraph = self._document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(4 if below else 12)
        paragraph.paragraph_format.line_spacing = 1.2
        add_run(paragraph, text, font=TITLE, size=20, bold=True)
        if below:
            under = self._document.add_paragraph()
            under.alignment = WD_ALIGN_PARAGRAPH.CENTER
            under.paragraph_format.space_after = Pt(10)
            add_run(under, below, size=12)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading (一、…) that stays with what follows; real heading styles, for the outline."""
        paragraph = self._document.add_paragraph(style=f"Heading {level}")
        paragraph.paragraph_format.space_before = Pt(12 if level == 1 else 6)
        paragraph.paragraph_format.space_after = Pt(5)
        paragraph.paragraph_format.keep_with_next = True
        add_run(paragraph, text, font=HEAD, size=14 if level == 1 else 12)

    def text(self, text: str, *, indent: bool = True, align: str = "left", bold: bool = False) -> None:
        """A paragraph, its first line set in by two characters."""
        paragraph = self._document.add_paragraph()
        paragraph.alignment = ALIGN[align]
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(24)
        add_run(paragraph, text, bold=bold)

    def note(self, text: str) -> None:
        """A small remark."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.paragraph_format.keep_with_next = True
        add_run(paragraph, text, size=9)

    def new_page(self) -> None:
        """What follows begins on a new page."""
        self._document.add_page_break()

    # -- tables ---------------------------------------------------------------------------------

    def facts(
        self, pairs: Sequence[tuple[str, str]], *, columns: int = 2, widths_cm: Sequence[float] = ()
    ) -> None:
        """A frame of names and values, `columns` pairs to a row; a lone last pair takes the whole row."""
        lines = [pairs[i : i + columns] for i in range(0, len(pairs), columns)]
        widths = list(widths_cm) or [2.6, 5.6] * columns
        table = self._table(len(lines), columns * 2, widths)
        for r, line in enumerate(lines):
            for c, (name, value) in enumerate(line):
                fill(table.cell(r, c * 2), name, font=HEAD, size=10.5, align="center", shade="F2F2F2")
                fill(table.cell(r, c * 2 + 1), value, size=10.5)
            if len(line) < columns:
                last = table.cell(r, len(line) * 2 - 1).merge(table.cell(r, columns * 2 - 1))
                fill(last, line[-1][1], size=10.5)
            if r < len(lines) - 1:
                keep_with_next(table.rows[r])

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[str]],
        *,
        bold_rows: Iterable[int] = (),
        band_rows: Iterable[int] = (),
        join_first: bool = False,
        size: float = 10,
    ) -> None:
        """A table with a head that repeats on every page.

        `bold_rows` are group and sum rows; `band_rows` are one cell over the whole width, with the row's first
        word; with `join_first` an empty first cell becomes one with the cell above.
        """
        found, strong, bands = list(rows), set(bold_rows), set(band_rows)
        table = self._table(len(found) + 1, len(columns), [one.width_cm for one in columns])
        for c, column in enumerate(columns):
            fill(table.cell(0, c), column.head, font=HEAD, size=size, align="center", shade="E7EDF4")
        repeat(table.rows[0])
        grid = [row.cells for row in table.rows]
        for r, row in enumerate(found, start=1):
            if r - 1 in bands:
                fill(grid[r][0].merge(grid[r][-1]), row[0], size=size, font=HEAD, shade="F7F7F7")
                keep_with_next(table.rows[r])
                continue
            marked = r - 1 in strong
            for c, value in enumerate(row):
                fill(
                    grid[r][c],
                    value,
                    size=size,
                    align=columns[c].align,
                    font=HEAD if marked else BODY,
                    shade="F7F7F7" if marked else "",
                )
        if join_first:
            join_first_column(grid, [row[0] for row in found])

    def _table(self, rows: int, columns: int, widths: Sequence[float]) -> Any:
        table = self._document.add_table(rows=rows, cols=columns)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        pad(table)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for row in table.rows:
            whole(row)
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)
        return table

    def signatures(self, parties: Sequence[tuple[str, str, str]]) -> None:
        """A block per party: who, the body's name, what was signed on screen; room for seal and date."""
        width = 16.4 / len(parties)
        table = self._table(1, len(parties), [width] * len(parties))
        for c, (party, name, word) in enumerate(parties):
            cell = table.cell(0, c)
            fill(cell, f"{party}（盖章）：", font=HEAD, size=11)
            cell.vertical_alignment = 0
            add_line(cell, name, size=10.5)
            for blank in ("", "代表签字：", ""):
                add_line(cell, blank)
            add_line(cell, "日期：　　　年　　月　　日")
            if word:
                add_line(cell, word, size=8.5)

    def data(self) -> bytes:
        """The finished document."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()
