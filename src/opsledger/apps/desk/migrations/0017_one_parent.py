from django.db import migrations, models


def keep_the_first(apps, schema_editor):
    """A ticket with several parents keeps the first; the others are what it was caused by."""
    Link = apps.get_model("desk", "TicketLink")
    seen = set()
    for row in Link.objects.filter(kind="parent").order_by("ticket_id", "id").iterator():
        if row.ticket_id not in seen:
            seen.add(row.ticket_id)
        elif Link.objects.filter(ticket=row.ticket_id, other=row.other_id, kind="caused_by").exists():
            row.delete()
        else:
            Link.objects.filter(pk=row.pk).update(kind="caused_by")


class Migration(migrations.Migration):
    dependencies = [("desk", "0016_sides")]

    operations = [
        migrations.AlterField(
            model_name="ticketlink",
            name="kind",
            field=models.CharField(
                choices=[
                    ("parent", "主工单"),
                    ("duplicate", "重复于"),
                    ("caused_by", "起因于"),
                    ("blocks", "阻塞"),
                    ("merged", "并入"),
                    ("split", "拆分自"),
                    ("converted", "转为"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(keep_the_first, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="ticketlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "parent")), fields=("ticket",), name="desk_link_one_parent"
            ),
        ),
    ]
