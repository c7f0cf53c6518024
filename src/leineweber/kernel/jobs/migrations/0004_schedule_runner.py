"""Which worker is at a schedule."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column, empty: nobody."""

    dependencies = [("jobs", "0003_worker_turned")]

    operations = [
        migrations.AddField(
            model_name="schedulestate",
            name="runner",
            field=models.CharField(max_length=64, blank=True, default="", db_default=""),
        ),
    ]
