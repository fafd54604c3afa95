"""Old formats (.doc, .wps, .rtf, .xls) through LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from opsledger.core.errors import DomainError
from opsledger.reader.documents import docx

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 180


def extract(data: bytes) -> str:
    """The text of a converted copy; nothing outside a temporary folder is touched.

    Raises ``reader.no_office``, ``reader.timeout``, ``reader.damaged``.
    """
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise DomainError("reader.no_office")
    with tempfile.TemporaryDirectory(prefix="opsledger-read-") as folder:
        source = Path(folder) / "source.doc"
        source.write_bytes(data)
        # A profile of its own, so that several workers may convert at once.
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [program, profile, "--headless", "--convert-to", "docx", "--outdir", folder, str(source)]
        try:
            subprocess.run(command, check=False, capture_output=True, timeout=_SECONDS)
        except subprocess.TimeoutExpired as slow:
            raise DomainError("reader.timeout") from slow
        made = Path(folder) / "source.docx"
        if not made.exists():
            raise DomainError("reader.damaged")
        return docx.extract(made.read_bytes())
