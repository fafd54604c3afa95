"""The answers kept under idempotency keys move to accounts, so that every room can use them; the table stays."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_list_habits")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="ApiOnce")]),
    ]
