"""The database refuses two exclusive holdings of one post that overlap.

PostgreSQL: an exclusion constraint (safe between concurrent transactions). SQLite: triggers (its writers
come one after the other). A later migration that rebuilds the table on SQLite must create them again; the
suite finds out if it does not.
"""

from django.db import migrations

OVERLAP = """
    SELECT RAISE(ABORT, 'holding_no_overlap')
    WHERE NEW.exclusive AND EXISTS (
        SELECT 1 FROM organisation_holding other
        WHERE other.post_id = NEW.post_id AND other.exclusive AND other.id <> NEW.id
          AND (other."end" IS NULL OR other.start < other."end")
          AND (NEW."end" IS NULL OR NEW.start < NEW."end")
          AND (other."end" IS NULL OR NEW.start < other."end")
          AND (NEW."end" IS NULL OR other.start < NEW."end")
    );
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        schema_editor.execute(
            "ALTER TABLE organisation_holding ADD CONSTRAINT holding_no_overlap EXCLUDE USING gist "
            "(post_id WITH =, daterange(start, \"end\", '[)') WITH &&) WHERE (exclusive)"
        )
        return
    for event in ("INSERT", "UPDATE"):
        schema_editor.execute(
            f"CREATE TRIGGER holding_no_overlap_{event.lower()} BEFORE {event} ON organisation_holding "
            f"BEGIN {OVERLAP} END"
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE organisation_holding DROP CONSTRAINT holding_no_overlap")
        return
    for event in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER holding_no_overlap_{event}")


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [migrations.RunPython(create, remove)]
