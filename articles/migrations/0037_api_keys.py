"""Keys of the API, and how often each client has asked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from articles.roles import make_groups


def add_permissions(apps, schema_editor):
    make_groups(apps, among=Q(content_type__app_label="articles", codename__endswith="_apikey"))


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0036_first_stamps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "ApiKey",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Whose it is, and what for.", max_length=100, verbose_name="name"
                    ),
                ),
                ("sha256", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "beginning",
                    models.CharField(editable=False, max_length=6, verbose_name="begins with"),
                ),
                (
                    "limit",
                    models.PositiveIntegerField(default=1200, verbose_name="requests a minute"),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                (
                    "revoked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="revoked at"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            "ApiUsage",
            [
                ("client", models.TextField(primary_key=True, serialize=False)),
                ("minute", models.BigIntegerField(help_text="Since 1970.")),
                ("requests", models.PositiveIntegerField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(
            "ALTER TABLE articles_apiusage SET UNLOGGED", "ALTER TABLE articles_apiusage SET LOGGED"
        ),
        migrations.RunPython(add_permissions, migrations.RunPython.noop),
    ]
