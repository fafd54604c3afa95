"""Uploads: limited while they stream in, and recognised by their content, not by their name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from opsledger.core.errors import DomainError
from opsledger.kernel import pictures

# Extension -> the media types that its content may have; what is not here is refused.
ALLOWED: dict[str, tuple[str, ...]] = {
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "png": ("image/png",),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    "bmp": ("image/bmp",),
    "heic": ("image/heic",),
    "pdf": ("application/pdf",),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/zip"),
    "doc": ("application/msword", "application/x-ole-storage"),
    "xls": ("application/vnd.ms-excel", "application/x-ole-storage"),
    "wps": ("application/msword", "application/x-ole-storage"),
    "zip": ("application/zip",),
    "rar": ("application/x-rar-compressed",),
    "7z": ("application/x-7z-compressed",),
    "mp4": ("video/mp4",),
    "mp3": ("audio/mpeg",),
    "m4a": ("audio/mp4", "audio/m4a", "audio/x-m4a"),
    "txt": ("text/plain",),
    "log": ("text/plain",),
    "csv": ("text/plain",),
    "md": ("text/plain",),
    "json": ("text/plain",),
    "xml": ("text/plain",),
    "html": ("text/plain",),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")


class LimitedUploadHandler(FileUploadHandler):
    """Drop a file as soon as it passes the limit, and remember its name; the typed fields survive."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        if self.seen > settings.MAX_UPLOAD_MB * 1024 * 1024:
            refused = getattr(self.request, "oversized_uploads", [])
            self.request.oversized_uploads = [*refused, self.file_name]  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(head) - 4:
                return True
            continue
        return True
    return False


def media_type(head: bytes) -> str:
    """The media type that the first bytes of a file show; "" if none is recognised."""
    guess = filetype.guess(head)
    if guess is not None:
        return str(guess.mime)
    if head.startswith(_OLE):
        return "application/x-ole-storage"
    return "text/plain" if _text(head) else ""


def check(upload: UploadedFile[Any]) -> str:
    """Accept an upload and return its media type, or refuse it with a DomainError that says why."""
    name = PurePath(upload.name or "文件").name
    if not upload.size:
        raise DomainError("upload.empty", name=name)
    if upload.size > settings.MAX_UPLOAD_MB * 1024 * 1024:
        raise DomainError("upload.too_large", name=name, limit_mb=settings.MAX_UPLOAD_MB)
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    found = media_type(head)
    extension = PurePath(name).suffix.lower().lstrip(".")
    if not found:
        raise DomainError("upload.type_unknown", name=name)
    if extension not in ALLOWED:
        raise DomainError("upload.type_refused", name=name, found=found)
    if found not in ALLOWED[extension]:
        raise DomainError("upload.type_mismatch", name=name, found=found)
    if found.startswith("image/"):
        _must_fit(upload, name)
    return found


def _must_fit(upload: UploadedFile[Any], name: str) -> None:
    """Refuse a picture with more points than can be looked at in bounded memory; its head alone is read."""
    size = pictures.size_of(upload)
    if size is not None and not size.fits:
        raise DomainError("upload.picture_too_large", name=name, megapixels=size.megapixels, limit=size.limit)


def told_limits(attrs: Mapping[str, Any], *, several: bool) -> dict[str, str]:
    """The limits of a file field as attributes, so that the page can tell them before anything is sent.

    How many files a field takes is its own (`data-most-files`), else what one request may carry.
    """
    told = {"data-most-mb": str(settings.MAX_UPLOAD_MB)}
    if several:
        told["data-most-files"] = str(attrs.get("data-most-files", settings.DATA_UPLOAD_MAX_NUMBER_FILES))
    if "." not in str(attrs.get("accept", "")):
        told["data-endings"] = " ".join(ALLOWED)
    return told


def check_request(request: Any) -> None:
    """Refuse if a file of the request was dropped on its way in for its size."""
    for name in getattr(request, "oversized_uploads", []):
        raise DomainError("upload.too_large", name=name, limit_mb=settings.MAX_UPLOAD_MB)
