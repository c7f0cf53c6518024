"""The engine's own keeping of terms: FTS5 on SQLite, tsvector with a GIN index on PostgreSQL."""

from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_entry ADD COLUMN terms tsvector NOT NULL DEFAULT ''")
        schema_editor.execute("CREATE INDEX search_entry_terms ON search_entry USING gin (terms)")
    else:
        schema_editor.execute(
            "CREATE VIRTUAL TABLE search_fts USING fts5(title, keywords, body, tokenize='ascii', prefix='2 3 4')"
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS search_entry_terms")
        schema_editor.execute("ALTER TABLE search_entry DROP COLUMN IF EXISTS terms")
    else:
        schema_editor.execute("DROP TABLE IF EXISTS search_fts")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(create, remove)]
