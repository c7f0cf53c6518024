"""An index on the table of django-tasks: what is given up or running is found among many that are done."""

from django.db import migrations

_NAME = "jobs_result_status"


class Migration(migrations.Migration):
    """Adds the index; the library's own serves only jobs that are ready."""

    dependencies = [("jobs", "0001_initial"), ("django_tasks_database", "0021_conditional_partial_index_ordering")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX {_NAME} ON django_tasks_database_dbtaskresult (status, enqueued_at)",
            f"DROP INDEX {_NAME}",
        )
    ]
