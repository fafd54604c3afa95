"""Document -> blocks -> items -> proposed terms with spans; lint of a contract. Pure Python."""

from __future__ import annotations

from pathlib import PurePath

from opsledger.reader.documents import extract
from opsledger.reader.proposals import KINDS, Proposal
from opsledger.reader.reading import Item, Reading, read_text

__all__ = ["KINDS", "Item", "Proposal", "Reading", "read", "read_text"]


def read(data: bytes, filename: str) -> Reading:
    """Read a procurement document and propose the terms it binds a provider to.

    The format is told from the bytes; `filename` names the reading and decides between look-alikes.
    Linear in the document's length; nothing is kept and nothing is fetched.  A document without terms
    gives a reading with the warning ``reader.nothing_found``.  Raises `DomainError` with a code of
    `opsledger.reader.sentences` for files that cannot be read.
    """
    return read_text(extract(data, filename), PurePath(filename).stem)
