"""A seal for the place in the queue, and the row that says where the chain ends."""

from django.db import migrations, models


def seal(apps, schema_editor):
    """Seal what is there already, as the program would have."""
    from leineweber.kernel import crypto
    from leineweber.kernel.audit.rules import place_bytes

    for waiting in apps.get_model("audit", "Unbound").objects.select_related("entry").iterator(2000):
        waiting.seal = crypto.mac("audit.place", place_bytes(waiting.entry_id, waiting.entry.seal))
        waiting.save(update_fields=["seal"])
    last = apps.get_model("audit", "Block").objects.order_by("-id").values_list("seal", flat=True).first()
    if last is not None:
        end = crypto.mac("audit.end", last.encode())
        apps.get_model("audit", "ChainEnd").objects.create(id=1, block_seal=last, seal=end)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="ChainEnd",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("block_seal", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_chain_end_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="unbound",
            name="seal",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
