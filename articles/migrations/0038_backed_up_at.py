"""When the archive was last backed up, which monitors ask."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0037_api_keys")]

    operations = [
        migrations.AddField("archiveversion", "backed_up_at", models.DateTimeField(null=True)),
    ]
