"""Words of people made live: addresses and ticket numbers become links, people who are called are marked.

Nothing is looked up: a number of the right form is linked, and the address answers 404 to whoever may not see it.
Everything else is escaped, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_ADDRESS = r"https?://[A-Za-z0-9\[][!#-&(-;=?-\[\]_a-z~]*"
# A number stands by itself, or between Chinese words: 见2026-00012的处理.
_NUMBER = r"(?<![0-9A-Za-z_./-])\d{4}-\d{5,7}(?![0-9A-Za-z_-])"
# Somebody whose name the page does not know ends where the Chinese word ends visibly.
_CALLED = r"[@＠][\u4e00-\u9fff·]{2,6}(?=$|[\s，。、；：！？,.;:!?()（）【】“”\"'/~—-])"
# What ends a sentence around an address is not of it.
_TRAILING = ".,;:!?'"
_PAIRS = {")": "(", "]": "["}


@dataclass(frozen=True)
class Talk:
    """Where words stand: the contract's tickets (`base` ends with a slash), the ticket itself, and known people."""

    base: str
    number: str = ""
    names: Collection[str] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        known = "|".join(
            re.escape(name) for name in sorted(self.names, key=len, reverse=True) if name.strip()
        )
        called = rf"(?<![0-9A-Za-z._-])(?:{f'[@＠](?:{known})|' if known else ''}{_CALLED})"
        return re.compile(rf"(?P<address>{_ADDRESS})|(?P<number>{_NUMBER})|(?P<called>{called})")


def live(text: str, talk: Talk) -> SafeString:
    """`text` as HTML: escaped, its lines broken where they were, addresses, numbers and calls made live."""
    return mark_safe("".join(_parts(str(text), talk)))  # every part is escaped where it is made


def _parts(text: str, talk: Talk) -> Iterable[str]:
    at = 0
    for found in talk.pattern.finditer(text):
        end, made = _made(found, talk)
        if made:
            yield _plain(text[at : found.start()])
            yield made
            at = end
    yield _plain(text[at:])


def _plain(text: str) -> str:
    # `str` first: what calls itself safe is escaped all the same.
    return escape(str(text)).replace("\r\n", "\n").replace("\n", "<br>")


def _made(found: re.Match[str], talk: Talk) -> tuple[int, str]:
    """Where the live part ends, and it; "" where it stays plain."""
    said = found.group()
    if found.lastgroup == "address":
        said = _trimmed(said)
        link = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
        return found.start() + len(said), format_html(link, said, said)
    if found.lastgroup == "number":
        if said == talk.number:
            return found.end(), ""
        return found.end(), format_html('<a class="text-nowrap" href="{}{}/">{}</a>', talk.base, said, said)
    return found.end(), format_html('<span class="called">{}</span>', said)


def _trimmed(address: str) -> str:
    while address[-1] in _TRAILING or (
        address[-1] in _PAIRS and address.count(address[-1]) > address.count(_PAIRS[address[-1]])
    ):
        address = address[:-1]
    return address
