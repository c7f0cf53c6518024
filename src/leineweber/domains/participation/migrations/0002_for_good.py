"""Triggers: the database itself refuses to change what is fixed, frozen or decided."""

from django.db import migrations

FROZEN = ("participation_frozenranking", "participation_rankedproposal", "participation_decision")
MESSAGE = "What is fixed, frozen or decided stays."
SET, CRITERION = "participation_criteriaset", "participation_criterion"
FIXED = f"(SELECT fixed_at FROM {SET} WHERE id = OLD.criteria_id) IS NOT NULL"
RULES = (
    *((table, operation, "") for table in FROZEN for operation in ("UPDATE", "DELETE")),
    (SET, "UPDATE", "OLD.fixed_at IS NOT NULL"),
    (SET, "DELETE", "OLD.fixed_at IS NOT NULL"),
    (CRITERION, "UPDATE", FIXED),
    (CRITERION, "DELETE", FIXED),
)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION participation_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION participation_refuse_criterion() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {FIXED} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        for table, operation, when in RULES:
            function = "participation_refuse_criterion" if table == CRITERION else "participation_refuse"
            condition = f"WHEN ({when}) " if when and table != CRITERION else ""
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table} "
                f"FOR EACH ROW {condition}EXECUTE FUNCTION {function}()"
            )
    else:
        for table, operation, when in RULES:
            condition = f"WHEN {when} " if when else ""
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table} {condition}"
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


def remove(apps, schema_editor):
    for table, operation, _ in RULES:
        name = f"{table}_no_{operation.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_initial")]
    operations = [migrations.RunPython(create, remove)]
