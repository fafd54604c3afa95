"""What is true of the act under way and nothing more: the id under which its traces are found."""

from __future__ import annotations

from contextvars import ContextVar
from uuid import uuid4

request_id: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    """A fresh id, set for the act under way."""
    value = uuid4().hex[:16]
    request_id.set(value)
    return value
