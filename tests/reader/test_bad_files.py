"""Files that cannot be read are refused with a code and a Chinese sentence, and nothing else happens."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from PIL import Image
from pypdf import PdfReader, PdfWriter

import opsledger.reader
from opsledger.core.errors import DomainError
from opsledger.reader import documents, read
from opsledger.reader.sentences import SENTENCES

_RAISED = re.compile(r'DomainError\(\s*f?"(reader\.[a-z_]+)"')


def _docx(text: str = "服务内容") -> bytes:
    made = Document()
    made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _pdf_of_pictures(pages: int = 2) -> bytes:
    pictures = [Image.new("L", (200, 300), color=200) for _ in range(pages)]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def _locked_pdf() -> bytes:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(_pdf_of_pictures())).pages:
        writer.add_page(page)
    writer.encrypt("secret", algorithm="AES-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _bomb() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(420):
            part.write(b" " * 2**20)
    return out.getvalue()


def _locked_office() -> bytes:
    # An encrypted .docx is an OLE container with a stream named EncryptedPackage (MS-OFFCRYPTO 2.3.4.4).
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(1024)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(512)
    )


@pytest.mark.parametrize(
    ("filename", "data", "code"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\r\n", "empty"),
        ("nulls.docx", bytes(4096), "empty"),
        ("empty.docx", None, "empty"),
        ("program.txt", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40, "not_text"),
        ("picture.txt", None, "not_text"),
        ("cut.docx", None, "damaged"),
        ("text.docx", "服务内容".encode(), "damaged"),
        ("text.pdf", "服务内容".encode(), "damaged"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type", "damaged"),
        ("locked.docx", _locked_office(), "encrypted"),
        ("locked.pdf", None, "encrypted"),
        ("scan.pdf", None, "scanned"),
        ("bomb.docx", None, "bomb"),
        ("archive.zip", None, "unsupported"),
    ],
)
def test_refused(filename: str, data: bytes | None, code: str) -> None:
    if data is None:
        data = _made(filename)
    with pytest.raises(DomainError) as refused:
        read(data, filename)
    assert refused.value.code == f"reader.{code}"
    assert refused.value.facts["filename"] == filename
    sentence = SENTENCES[refused.value.code].format(**refused.value.facts)
    assert re.search(r"[\u4e00-\u9fff]", sentence)
    assert "{" not in sentence


def _made(filename: str) -> bytes:
    if filename == "empty.docx":
        return _docx("")
    if filename == "picture.txt":
        out = io.BytesIO()
        Image.effect_noise((64, 64), 90).save(out, "PNG")
        return out.getvalue()
    if filename == "cut.docx":
        whole = _docx("服务内容" * 200)
        return whole[: len(whole) // 2]
    if filename == "archive.zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.txt", "x")
        return out.getvalue()
    return {"locked.pdf": _locked_pdf, "scan.pdf": _pdf_of_pictures, "bomb.docx": _bomb}[filename]()


def test_a_file_of_500_megabytes_is_refused_by_its_size_alone() -> None:
    with pytest.raises(DomainError) as refused:
        documents.check_size(500 * 2**20, "large.docx")
    assert refused.value.code == "reader.too_large"
    assert refused.value.facts == {"filename": "large.docx", "megabytes": 500, "most": 60}


def test_scanned_pages_are_counted() -> None:
    with pytest.raises(DomainError) as refused:
        read(_pdf_of_pictures(3), "scan.pdf")
    assert refused.value.facts["pages"] == 3
    assert "OCR" in SENTENCES["reader.scanned"]


def test_entities_are_not_resolved() -> None:
    out = io.BytesIO()
    body = (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>服务&e;</w:t></w:r></w:p></w:body></w:document>"
    )
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", body)
    assert "root" not in read(out.getvalue(), "entity.docx").text


def test_a_document_without_terms_says_so() -> None:
    reading = read("今天天气很好。".encode(), "letter.txt")
    assert reading.warnings == ["reader.nothing_found"]
    assert "没有找到" in SENTENCES["reader.nothing_found"]


def test_a_workbook_without_cells_is_empty() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    assert read(out.getvalue(), "empty.xlsx").warnings == ["reader.nothing_found"]


def test_every_code_raised_in_the_room_has_a_sentence() -> None:
    room = Path(opsledger.reader.__file__).parent
    raised = {code for path in room.rglob("*.py") for code in _RAISED.findall(path.read_text("utf-8"))}
    assert raised - {"reader."} <= SENTENCES.keys()
