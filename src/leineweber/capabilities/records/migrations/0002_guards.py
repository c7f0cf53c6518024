"""Triggers: a closed sub-file takes nothing more and stays closed; a version never changes."""

from django.db import migrations

CLOSED = "Der Vorgang ist geschlossen (z. d. A.)."
FIXED = "Eine Fassung wird nicht geändert."

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION records_guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT status FROM records_subfile WHERE id = NEW.subfile_id) = 'closed' THEN
    RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION records_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT s.status FROM records_subfile s JOIN records_document d ON d.subfile_id = s.id
      WHERE d.id = NEW.document_id) = 'closed' THEN
    RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION records_guard_subfile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'check_violation';
END $$;
CREATE OR REPLACE FUNCTION records_guard_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{FIXED}' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER records_document_guard BEFORE INSERT OR UPDATE ON records_document
  FOR EACH ROW EXECUTE FUNCTION records_guard_document();
CREATE TRIGGER records_version_guard BEFORE INSERT ON records_documentversion
  FOR EACH ROW EXECUTE FUNCTION records_guard_version();
CREATE TRIGGER records_version_fixed BEFORE UPDATE ON records_documentversion
  FOR EACH ROW EXECUTE FUNCTION records_guard_fixed();
CREATE TRIGGER records_subfile_guard BEFORE UPDATE ON records_subfile
  FOR EACH ROW WHEN (OLD.status = 'closed') EXECUTE FUNCTION records_guard_subfile();
"""

POSTGRESQL_BACK = """
DROP TRIGGER IF EXISTS records_document_guard ON records_document;
DROP TRIGGER IF EXISTS records_version_guard ON records_documentversion;
DROP TRIGGER IF EXISTS records_version_fixed ON records_documentversion;
DROP TRIGGER IF EXISTS records_subfile_guard ON records_subfile;
DROP FUNCTION IF EXISTS records_guard_document();
DROP FUNCTION IF EXISTS records_guard_version();
DROP FUNCTION IF EXISTS records_guard_subfile();
DROP FUNCTION IF EXISTS records_guard_fixed();
"""

_DOCUMENT = (
    "WHEN (SELECT status FROM records_subfile WHERE id = NEW.subfile_id) = 'closed' "
    f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
)

SQLITE = {
    "records_document_guard_insert": f"BEFORE INSERT ON records_document {_DOCUMENT}",
    "records_document_guard_update": f"BEFORE UPDATE ON records_document {_DOCUMENT}",
    "records_version_guard": (
        "BEFORE INSERT ON records_documentversion "
        "WHEN (SELECT s.status FROM records_subfile s JOIN records_document d ON d.subfile_id = s.id "
        f"WHERE d.id = NEW.document_id) = 'closed' BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
    ),
    "records_version_fixed": (
        f"BEFORE UPDATE ON records_documentversion BEGIN SELECT RAISE(ABORT, '{FIXED}'); END"
    ),
    "records_subfile_guard": (
        "BEFORE UPDATE ON records_subfile WHEN OLD.status = 'closed' "
        f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
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
        schema_editor.execute(POSTGRESQL_BACK)
    else:
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(create, remove)]
