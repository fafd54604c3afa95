"""What was read before and has not changed since: contracts, limits, roles, tokens.

Settings of this kind are read with every act and change a few times a year.  One row, the stamp, takes a new random
value whenever a row of a watched table is written: triggers in the database see to it, whoever writes and however.
A process keeps what it read under the stamp that it saw; with another stamp it reads anew.  So a withdrawn role, a
changed limit, a revoked token hold from the very next request, in every process, without anything being told.

What is remembered is shared: never change it.  A stamp is random and not counted up, so that the value of a
transaction that was rolled back never comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.db import connection

Value = TypeVar("Value")
_MAX_KEPT = 20_000


@dataclass(slots=True)
class _Generation:
    """Everything read under one stamp."""

    stamp: str
    values: dict[Hashable, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Hold:
    """Within it the stamp is read once: a request that only reads sees one state of the settings."""

    generation: _Generation | None = None


_latest: _Generation | None = None
_held: ContextVar[_Hold | None] = ContextVar("recall_hold", default=None)
_watched: dict[str, tuple[str, ...]] = {}


def known(key: Hashable, make: Callable[[], Value]) -> Value:
    """What `make` gave before under the present stamp, else what it gives now.  Never change the answer."""
    generation = _generation()
    if generation is None:
        return make()
    if key in generation.values:
        return cast(Value, generation.values[key])
    value = make()
    if len(generation.values) >= _MAX_KEPT:
        generation.values.clear()
    generation.values[key] = value
    return value


def hold() -> None:
    """From here to the end of the request read the stamp once.  For requests that change no settings."""
    if _held.get() is None:
        _held.set(_Hold())


def release() -> None:
    """The end of `hold`."""
    _held.set(None)


def _generation() -> _Generation | None:
    global _latest
    held = _held.get()
    if held is not None and held.generation is not None:
        return held.generation
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM kernel_stamp LIMIT 1")
        row = cursor.fetchone()
    if row is None:
        return None
    found = _latest
    if found is None or found.stamp != row[0]:
        found = _latest = _Generation(row[0])
    if held is not None:
        held.generation = found
    return found


def watch(table: str, *, columns: Iterable[str] = ()) -> None:
    """Have writes to `table` change the stamp; with `columns`, updates of others do not count."""
    _watched[table] = tuple(columns)


_FUNCTION = """
CREATE OR REPLACE FUNCTION kernel_new_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE kernel_stamp SET value = gen_random_uuid()::text; RETURN NULL; END $$
"""


def connect(**_: object) -> None:
    """Make the triggers that are not there and take a new stamp; runs after every migration.

    After, not in one: SQLite drops a table's triggers whenever a migration rebuilds the table.
    """
    there = set(connection.introspection.table_names())
    if "kernel_stamp" not in there:
        return
    with connection.cursor() as cursor:
        for statement in _statements(there):
            cursor.execute(statement)


def _statements(there: set[str]) -> list[str]:
    tables = {table: columns for table, columns in _watched.items() if table in there}
    found = ["DELETE FROM kernel_stamp"]
    if connection.vendor == "postgresql":
        found += ["INSERT INTO kernel_stamp (value) VALUES (gen_random_uuid()::text)", _FUNCTION]
        for table, columns in tables.items():
            update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
            found.append(
                f"CREATE OR REPLACE TRIGGER {table}_stamp AFTER INSERT OR DELETE OR TRUNCATE OR {update} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION kernel_new_stamp()"
            )
        return found
    found.append("INSERT INTO kernel_stamp (value) VALUES (hex(randomblob(16)))")
    for table, columns in tables.items():
        update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
        found += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_stamp_{act.split()[0].lower()} AFTER {act} ON {table} "
            "BEGIN UPDATE kernel_stamp SET value = hex(randomblob(16)); END"
            for act in ("INSERT", "DELETE", update)
        ]
    return found
