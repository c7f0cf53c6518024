"""When a worker was last between two steps."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column; empty until a worker beats again."""

    dependencies = [("jobs", "0002_job_status")]

    operations = [
        migrations.AddField(model_name="workerbeat", name="turned", field=models.DateTimeField(null=True)),
    ]
