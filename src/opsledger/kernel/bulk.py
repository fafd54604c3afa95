"""Insert many rows at once, where `bulk_create` would spend most of its time on model instances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections as databases
from django.db import models, router


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    constants: Mapping[str, Any] | None = None,
) -> int:
    """Insert `rows`, each the values of `columns` (names of fields, foreign keys as "item_id"); returns how many.

    The other fields take what `constants` says, else their default.  Values go through the fields' own
    preparation; each distinct one once.  The rows get no ids here and no signals are sent: for tables whose rows
    are read back by queries.  All of it in the caller's transaction; a broken constraint raises IntegrityError.
    """
    connection = databases[router.db_for_write(model)]
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    columns_of = {name: str(field.column) for name, field in fields.items()}
    said = dict(constants or {})
    rest = [name for name in fields if name not in columns]
    fixed = tuple(
        fields[name].get_db_prep_save(said.get(name, fields[name].get_default()), connection) for name in rest
    )
    memos: list[dict[Any, Any]] = [{} for _ in columns]
    prepare = [fields[name].get_db_prep_save for name in columns]

    def prepared(place: int, value: Any) -> Any:
        memo = memos[place]
        if value not in memo:
            memo[value] = prepare[place](value, connection)
        return memo[value]

    made = [(*(prepared(n, value) for n, value in enumerate(row)), *fixed) for row in rows]
    if made:
        quote = connection.ops.quote_name
        names = ", ".join(quote(columns_of[name]) for name in [*columns, *rest])
        marks = ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})",
                made,
            )
    return len(made)
