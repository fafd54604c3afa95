"""Error codes become sentences and status codes; no exception of the domain ever shows as a 500."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from django.utils.module_loading import module_has_submodule

from opsledger.core.errors import DomainError
from opsledger.kernel import clock

_sentences: dict[str, str] = {}

# What an error's code says about the answer's status; the longest matching prefix wins.
_STATUS = {
    "access.denied": 403,
    "page.stale": 409,
    "api.scope_missing": 403,
    "chat.bad_signature": 403,
    "channel.test_waits": 409,
    "channel.moved_on": 409,
    "code.moved_on": 409,
    "task.moved_on": 409,
    "reminder.told": 409,
    "channel.gone": 404,
    "code.too_many": 429,
    "api.etag_mismatch": 412,
    "settings.etag_mismatch": 412,
    "api.key_reused": 409,
    "ticket.": 409,
    "occurrence.": 409,
    "upload.too_large": 413,
}


def _collect() -> dict[str, str]:
    """Gather the `sentences.SENTENCES` of every room, once."""
    from django.apps import apps

    rooms = ["opsledger.core", "opsledger.reader", "opsledger.kernel"]
    rooms += [config.name for config in apps.get_app_configs() if config.name.startswith("opsledger.apps.")]
    found: dict[str, str] = {}
    for room in rooms:
        package = import_module(room)
        if module_has_submodule(package, "sentences"):
            found.update(import_module(f"{room}.sentences").SENTENCES)
        if module_has_submodule(package, "packs"):
            found.update(import_module(f"{room}.packs.sentences").SENTENCES)
    return found


def sentences() -> dict[str, str]:
    """Every code with its sentence, from every room."""
    if not _sentences:
        _sentences.update(_collect())
    return _sentences


def sentence(error: DomainError) -> str:
    """The Chinese sentence for an error: what happened, and what to do."""
    template = sentences().get(error.code)
    if template is None:
        return f"操作未完成（{error.code}）。请核对输入后重试；如仍不成功，请联系系统管理员。"
    try:
        return template.format(**{name: _local(value) for name, value in error.facts.items()})
    except (KeyError, IndexError, ValueError):
        return template


def _local(value: object) -> object:
    """Moments are told in the zone in which people here read the time."""
    return clock.local(value) if isinstance(value, datetime) and value.tzinfo else value


def status(error: DomainError) -> int:
    """The HTTP status with which an error is answered (400 unless its code says more)."""
    fits = [prefix for prefix in _STATUS if error.code.startswith(prefix)]
    return _STATUS[max(fits, key=len)] if fits else 400
