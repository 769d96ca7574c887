"""Texts that tell reviewers, made by `makemigrations`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table."""

    dependencies = [
        ("county_sites", "0002_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("login", models.CharField(db_index=True, max_length=150)),
                ("reference", models.CharField(max_length=32, unique=True)),
                ("made", models.DateTimeField()),
                ("due", models.DateTimeField()),
                ("state", models.CharField(db_index=True, default="waiting", max_length=10)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField(null=True)),
            ],
        ),
    ]
