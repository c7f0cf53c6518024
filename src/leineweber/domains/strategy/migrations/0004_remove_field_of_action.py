"""The text is a row of its own now."""

from django.db import migrations


class Migration(migrations.Migration):
    """Remove the text."""

    dependencies = [("strategy", "0003_take_over_goals")]
    operations = [migrations.RemoveField(model_name="smartgoal", name="field_of_action")]
