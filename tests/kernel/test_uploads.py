"""Files are judged by their content, limited while they stream in, and refused in a sentence."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from opsledger.core.errors import DomainError
from opsledger.kernel import uploads
from opsledger.kernel.errors import sentence

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 64
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        book.writestr("a.txt", "x")
    return buffer.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """The head of a picture of this size; its points are not there."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return whole + struct.pack(">I", 60) + b"IDAT" + b"\x00" * 60


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("照片.png", PNG, "image/png"),
        ("现场.JPG", JPEG, "image/jpeg"),
        ("说明.txt", "巡检正常".encode(), "text/plain"),
        ("说明.csv", "序号,结论".encode("gb18030"), "text/plain"),
        ("报告.doc", OLE, "application/x-ole-storage"),
        ("资料.zip", _zip(), "application/zip"),
    ],
)
def test_accepted(name, content, found):
    assert uploads.check(SimpleUploadedFile(name, content)) == found


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("照片.jpg", EXE, "upload.type_mismatch"),
        ("setup.exe", EXE, "upload.type_refused"),
        ("照片.png", JPEG, "upload.type_mismatch"),
        ("空.txt", b"", "upload.empty"),
        ("无类型", PNG, "upload.type_refused"),
        ("数据.txt", b"\x00\x01\x02\x03" * 50, "upload.type_unknown"),
    ],
)
def test_refused_with_a_sentence(name, content, code):
    with pytest.raises(DomainError) as refused:
        uploads.check(SimpleUploadedFile(name, content))
    assert refused.value.code == code
    assert name in sentence(refused.value)


@pytest.mark.parametrize(
    ("sides", "words"),
    [((7300, 5500), "4000万像素，超过1600万像素"), ((60_000, 60_000), "像素的上限")],
    ids=["forty megapixels", "a bomb"],
)
def test_a_picture_with_too_many_points_is_refused_by_its_head(sides, words):
    upload = SimpleUploadedFile("全景.png", huge_png(*sides))
    with pytest.raises(DomainError) as refused:
        uploads.check(upload)
    assert refused.value.code == "upload.picture_too_large"
    assert "全景.png" in sentence(refused.value) and words in sentence(refused.value)
    assert uploads.check(SimpleUploadedFile("小图.png", huge_png(4000, 3000))) == "image/png"


def test_a_text_cut_in_the_middle_of_a_character_is_still_text():
    content = ("检查" * 5000).encode()[:8191]
    assert uploads.media_type(content[:8192]) == "text/plain"


def test_a_file_over_the_limit_is_dropped_and_the_typed_text_survives(settings):
    settings.MAX_UPLOAD_MB = 1
    big = SimpleUploadedFile("录像.mp4", b"x" * (1024 * 1024 + 1))
    request = RequestFactory().post("/", {"title": "大屏不亮", "photo": big})
    assert request.POST["title"] == "大屏不亮"
    assert "photo" not in request.FILES
    with pytest.raises(DomainError) as refused:
        uploads.check_request(request)
    assert "录像.mp4" in sentence(refused.value) and "1 MB" in sentence(refused.value)
