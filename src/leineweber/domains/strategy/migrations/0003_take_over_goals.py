"""Take over the goals of before: what there was had been adopted, and its field of action was a text."""

from django.db import migrations

from leineweber.kernel import ids


def take_over(apps, schema_editor):
    """Make a field of action of each text, and sort by the number."""
    Goal = apps.get_model("strategy", "SmartGoal")
    Field = apps.get_model("strategy", "FieldOfAction")
    fields = {}
    for goal in Goal.objects.all():
        title = goal.field_of_action
        if title and title not in fields:
            fields[title] = Field.objects.create(
                id=ids.new_id(), slug=f"handlungsfeld-{len(fields) + 1}", title=title, sort_key="~"
            )
        goal.field = fields.get(title)
        goal.status, goal.sort_key = "adopted", goal.number.lower()
        goal.search_text = f"{goal.number} {goal.title} {goal.purpose}".lower()
        goal.save()


class Migration(migrations.Migration):
    """Data only, so that no table is altered in the same transaction."""

    dependencies = [("strategy", "0002_paper")]
    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
