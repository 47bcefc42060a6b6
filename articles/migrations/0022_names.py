"""Models and fields that have better names now. Their tables stay where they are."""

from django.db import migrations

RENAMED = {
    "edition": ("archiveversion", "archive version"),
    "fruitlesssearch": ("emptysearch", "empty search"),
}


def rename_permissions(apps, _schema_editor):
    """Django renames the content types of models, and not what may be done with them."""
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="articles"
    )
    for old, (new, name) in RENAMED.items():
        for permission in permissions.filter(codename__endswith=f"_{old}"):
            action = permission.codename.partition("_")[0]
            if permissions.filter(codename=f"{action}_{new}").exists():
                continue
            permission.codename = f"{action}_{new}"
            permission.name = f"Can {action} {name}"
            permission.save(update_fields=["codename", "name"])


def rename_parameters(apps, _schema_editor):
    """Merges name their terms so, also those that have not ended yet."""
    for change in apps.get_model("articles", "BulkChange").objects.filter(
        parameters__has_key="nouns"
    ):
        change.parameters["terms"] = change.parameters.pop("nouns")
        change.save(update_fields=["parameters"])


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0021_posts_of_source"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelTable("edition", "articles_edition"),
        migrations.RenameModel("Edition", "ArchiveVersion"),
        migrations.AlterModelTable("fruitlesssearch", "articles_fruitlesssearch"),
        migrations.RenameModel("FruitlessSearch", "EmptySearch"),
        migrations.AlterModelOptions(
            "emptysearch",
            {
                "ordering": ["-last_at"],
                "verbose_name": "empty search",
                "verbose_name_plural": "empty searches",
            },
        ),
        *(
            migrations.RenameField(f"{term}alias", "noun", "term")
            for term in ("source", "category", "tag", "security")
        ),
        migrations.RunPython(rename_permissions, migrations.RunPython.noop),
        migrations.RunPython(rename_parameters, migrations.RunPython.noop),
    ]
