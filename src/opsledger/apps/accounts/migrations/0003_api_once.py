"""The answers kept under idempotency keys come from the desk, table and all."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_initial"), ("desk", "0008_api_once_moves_down")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ApiOnce",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=80)),
                        ("digest", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField(default=0)),
                        ("body", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField()),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "desk_apionce",
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "key"), name="desk_api_once")
                        ],
                    },
                ),
            ]
        ),
        migrations.AlterModelTable(name="apionce", table=None),
        migrations.RemoveConstraint(model_name="apionce", name="desk_api_once"),
        migrations.AddConstraint(
            model_name="apionce",
            constraint=models.UniqueConstraint(fields=("user", "key"), name="accounts_api_once"),
        ),
    ]
