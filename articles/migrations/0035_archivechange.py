"""The version in which each post and term that readers know last changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0034_names_and_words")]

    operations = [
        migrations.AddField(
            "archiveversion",
            "known_from",
            models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="Changes since earlier versions are not known.",
            ),
        ),
        migrations.CreateModel(
            "ArchiveChange",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.TextField()),
                ("address", models.TextField()),
                ("version", models.BigIntegerField()),
                ("appears_at", models.DateTimeField(null=True)),
                ("known_since", models.DateTimeField(null=True)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["version", "id"], name="archivechange_in_order"),
                    models.Index(fields=["known_since"], name="archivechange_known"),
                    models.Index(
                        condition=models.Q(("appears_at__isnull", False)),
                        fields=["appears_at"],
                        name="archivechange_to_appear",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "address"), name="archivechange_once"
                    )
                ],
            },
        ),
    ]
