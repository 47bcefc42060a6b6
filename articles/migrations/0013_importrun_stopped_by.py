from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_samples")]

    operations = [
        migrations.AddField(
            "importrun",
            "stopped_by",
            models.TextField(
                "stopped by", blank=True, default="", help_text="Who asked at the desk that it stops."
            ),
            preserve_default=False,
        ),
    ]
