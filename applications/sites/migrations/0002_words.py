"""The search index; see `indexing`."""

from django.db import migrations


class Migration(migrations.Migration):
    """Makes the virtual table of FTS5."""

    dependencies = [("county_sites", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE VIRTUAL TABLE county_sites_words USING fts5(title, body, path UNINDEXED)",
            "DROP TABLE county_sites_words",
        )
    ]
