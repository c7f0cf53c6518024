"""Triggers: the database itself refuses to change, replace or remove a report that is frozen.

On SQLite INSERT OR REPLACE removes the old row without asking triggers of DELETE, so a second row of the same id or
edition is refused before it is inserted. On PostgreSQL a table that holds a report is not emptied by TRUNCATE either.
"""

from django.db import migrations

TABLE = "reports_frozenreport"
SAID = "A frozen report never changes."

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION reports_refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$;
CREATE OR REPLACE FUNCTION reports_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN
    IF EXISTS (SELECT 1 FROM {TABLE}) THEN RAISE EXCEPTION '{SAID}'; END IF;
    RETURN NULL;
  END $$;
CREATE TRIGGER {TABLE}_stays BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION reports_refuse();
CREATE TRIGGER {TABLE}_is_kept BEFORE TRUNCATE ON {TABLE}
  FOR EACH STATEMENT EXECUTE FUNCTION reports_refuse_truncate();
"""

SQLITE = {
    f"{TABLE}_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SAID}'); END",
    f"{TABLE}_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SAID}'); END",
    f"{TABLE}_no_replace": (
        f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR "
        "(year = NEW.year AND half = NEW.half AND edition = NEW.edition)) "
        f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    ),
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for name, body in SQLITE.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {body}")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_stays ON {TABLE}")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_is_kept ON {TABLE}")
        schema_editor.execute("DROP FUNCTION IF EXISTS reports_refuse(), reports_refuse_truncate()")
    else:
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunPython(create, remove)]
