"""The small parts of a document: runs, fields, cells, rows, in the raw form that python-docx leaves to its users."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

BODY, TITLE, HEAD = "仿宋", "宋体", "黑体"
_LATIN = "Times New Roman"
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}

# What XML 1.0 has no place for: control characters and the two that are no characters.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def set_fonts(properties: Any, name: str) -> None:
    """Name the fonts of a run or style: one for Latin letters, one for Chinese."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:ascii"), _LATIN)
    fonts.set(qn("w:hAnsi"), _LATIN)
    fonts.set(qn("w:eastAsia"), name)


def add_run(paragraph: Any, text: str, *, font: str = BODY, size: float = 12, bold: bool = False) -> None:
    """Add text to a paragraph, without the characters that no Word file can hold (people paste them unseen)."""
    run = paragraph.add_run(_UNWRITABLE.sub("", text))
    run.font.size = Pt(size)
    run.font.bold = bold
    run.font.italic = False
    run.font.color.rgb = RGBColor(0, 0, 0)
    set_fonts(run._element.get_or_add_rPr(), font)


def add_field(paragraph: Any, code: str) -> None:
    """A field that the reader's program fills in (page numbers)."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(9)
        if kind == "text":
            element = OxmlElement("w:t")
            element.text = text
        elif kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
        run._element.append(element)


def fill(
    cell: Any, text: str, *, font: str = BODY, size: float = 10, align: str = "left", shade: str = ""
) -> None:
    """Put text into a cell, with alignment and shade."""
    cell.text = ""
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.line_spacing = 1.05
    add_run(paragraph, text, font=font, size=size)
    cell.vertical_alignment = 1
    if shade:
        properties = cell._element.get_or_add_tcPr()
        fill = OxmlElement("w:shd")
        fill.set(qn("w:val"), "clear")
        fill.set(qn("w:color"), "auto")
        fill.set(qn("w:fill"), shade)
        properties.append(fill)


def add_line(cell: Any, text: str, *, size: float = 10.5) -> None:
    """Add a paragraph to a cell."""
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1.2
    add_run(paragraph, text, size=size)


def pad(table: Any) -> None:
    """A little air above and below the text of every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 22), ("left", 85), ("bottom", 22), ("right", 85)):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(width))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tbl.tblPr.append(margins)


def join_first_column(grid: Sequence[Any], words: Sequence[str]) -> None:
    """Make one cell of each word in the first column and the empty cells below it."""
    start = 0
    for n in range(1, len(words) + 1):
        if n < len(words) and not words[n]:
            continue
        if n - 1 > start:
            joined = grid[start + 1][0].merge(grid[n][0])
            for empty in joined.paragraphs[1:]:
                empty._element.getparent().remove(empty._element)
        start = n


def keep_with_next(row: Any) -> None:
    """Hold a row on the page of the row that follows."""
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def repeat(row: Any) -> None:
    """Print the row again at the top of each page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def whole(row: Any) -> None:
    """Do not break the row across pages."""
    mark = OxmlElement("w:cantSplit")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
