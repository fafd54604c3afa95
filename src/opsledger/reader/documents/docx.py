"""Word documents: paragraphs, numbering, tables in tables, merged cells, text boxes, accepted changes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from opsledger.core.errors import DomainError
from opsledger.reader.documents.archives import open_archive, read_xml
from opsledger.reader.documents.layout_text import inner_table, paragraph, table
from opsledger.reader.documents.numbering import Numbering, W

_MAIN = "word/document.xml"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {W + "del", W + "moveFrom", W + "instrText", W + "delText", W + "pPr", W + "rPr", _FALLBACK}
_BOX = W + "txbxContent"
_string = etree.XPath("string(.)", smart_strings=False)
_P = W + "p"
_MARKS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}

_SPECIAL = (*(_GONE - {W + "pPr", W + "rPr"}), _BOX, *_MARKS)


def extract(data: bytes) -> str:
    """The document's text with changes accepted.  Raises ``reader.damaged`` and what `open_archive` raises."""
    archive = open_archive(data)
    root = read_xml(archive, _MAIN)
    body = root.find(W + "body") if root is not None else None
    if body is None:
        raise DomainError("reader.damaged")
    styled = _styled(body)
    numbering = Numbering()
    if styled:
        # Many documents number by hand: then neither part needs to be parsed.
        numbering = Numbering.of(
            read_xml(archive, "word/numbering.xml"), read_xml(archive, "word/styles.xml")
        )
    return "".join(_Writer(numbering, _intricate(body), styled).blocks(body, nested=False))


def _intricate(body: etree._Element) -> set[etree._Element]:
    """Paragraphs with more than plain runs: changes, boxes, field codes, breaks, alternatives."""
    found: set[etree._Element] = set()
    for element in body.iter(*_SPECIAL):
        above = element
        while above is not None and above is not body:
            if above.tag == W + "p":
                found.add(above)
            above = above.getparent()
    return found


def _styled(body: etree._Element) -> set[etree._Element]:
    """Paragraphs that may be numbered: those with a style or a number of their own."""
    found: set[etree._Element] = set()
    for element in body.iter(W + "pStyle", W + "numPr"):
        about = element.getparent()
        owner = about.getparent() if about is not None else None
        if owner is not None:
            found.add(owner)
    return found


class _Writer:
    def __init__(
        self, numbering: Numbering, intricate: set[etree._Element], styled: set[etree._Element]
    ) -> None:
        self.numbering, self.intricate, self.styled = numbering, intricate, styled

    def blocks(self, parent: etree._Element, *, nested: bool) -> Iterator[str]:
        """The text of the paragraphs and tables of a body, a cell or a box."""
        for child in parent:
            if child.tag == _P:
                # Most paragraphs are nothing but runs: their text in one call.
                simple = child not in self.intricate and child not in self.styled
                yield (_string(child).replace("\t", " ").strip() if simple else self.paragraph(child)) + "\n"
            elif child.tag == W + "tbl":
                rows = [self.row(row) for row in _rows(child)]
                yield inner_table(rows) + "\n" if nested else "\n" + table(rows) + "\n\n"
            elif child.tag not in _GONE:
                # Content controls, insertions and smart tags hold blocks of their own.
                yield from self.blocks(child, nested=nested)

    def row(self, row: etree._Element) -> list[str]:
        """One text per grid column: a merged cell is followed or, downwards, replaced by empty ones."""
        cells: list[str] = []
        for element in row.iter(W + "tc"):
            if _owner(element, W + "tr") is not row:
                continue
            merge = element.find(f"{W}tcPr/{W}vMerge")
            continued = merge is not None and merge.get(W + "val", "continue") == "continue"
            cells.append("" if continued else "".join(self.blocks(element, nested=True)))
            cells += [""] * (_grid_span(element) - 1)
        return cells

    def paragraph(self, element: etree._Element) -> str:
        """A paragraph's number and text; what stands in its text boxes follows on lines of its own."""
        boxes: list[str] = []
        words = "".join(self.runs(element, boxes))
        label = self.numbering.label(element) if element in self.styled and words.strip() else ""
        return "\n".join([paragraph(label + words), *boxes])

    def runs(self, element: etree._Element, boxes: list[str]) -> Iterator[str]:
        """The words of the runs below an element, without deleted ones and field codes."""
        for child in element:
            if child.tag == W + "t":
                yield child.text or ""
            elif child.tag == _BOX:
                boxes.append("".join(self.blocks(child, nested=True)).rstrip("\n"))
            elif child.tag in _MARKS:
                yield _MARKS[child.tag]
            elif child.tag not in _GONE:
                yield from self.runs(child, boxes)


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    for row in element.iter(W + "tr"):
        deleted = row.find(f"{W}trPr/{W}del") is not None
        if _owner(row, W + "tbl") is element and not deleted:
            yield row


def _owner(element: etree._Element, tag: str) -> etree._Element | None:
    above = element.getparent()
    while above is not None and above.tag != tag:
        above = above.getparent()
    return above


def _grid_span(cell: etree._Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    words = span.get(W + "val", "1") if span is not None else "1"
    return min(63, max(1, int(words))) if words.isdigit() else 1
