"""The page takes 500 characters of a reason; the column held 300."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="manualrow",
            name="withdrawn_reason",
            field=models.CharField(blank=True, max_length=500),
        ),
    ]
