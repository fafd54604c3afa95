"""The full-text index: FTS5 on SQLite, a tsvector under GIN on PostgreSQL."""

from django.db import migrations


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE TABLE desk_search (ticket_id bigint PRIMARY KEY REFERENCES desk_ticket (id) "
            "ON DELETE CASCADE, tokens tsvector NOT NULL)"
        )
        schema_editor.execute("CREATE INDEX desk_search_tokens ON desk_search USING gin (tokens)")
    else:
        schema_editor.execute("CREATE VIRTUAL TABLE desk_search USING fts5(tokens, tokenize='unicode61')")


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE desk_search")


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
