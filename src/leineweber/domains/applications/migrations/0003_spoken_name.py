from django.db import migrations, models

from leineweber.domains.applications.rules import spoken
from leineweber.people.organisation.rules import fold

_BATCH = 1000


def fill(apps, schema_editor):
    """Give the cases that are there the name by which people ask for them."""
    case = apps.get_model("applications", "Case")
    changed = []
    for row in case.objects.only("id", "applicant", "spoken_name").iterator(chunk_size=_BATCH):
        row.spoken_name = fold(spoken(row.applicant))[:420]
        changed.append(row)
    case.objects.bulk_update(changed, ["spoken_name"], batch_size=_BATCH)


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0002_lists_and_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='spoken_name',
            field=models.CharField(blank=True, help_text='Name zum Suchen, wie man ihn sagt: Vorname zuerst', max_length=420),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['spoken_name', 'id'], name='applications_case_spoken', opclasses=['varchar_pattern_ops', 'uuid_ops']),
        ),
    ]
