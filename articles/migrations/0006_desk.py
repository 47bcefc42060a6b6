from django.db import migrations, models

from articles.roles import make_groups


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0005_editors_desk'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        # As of the other search table: what is narrow stays in line.
        migrations.RunSQL(
            "ALTER TABLE articles_unpublishedentry ALTER facets SET STORAGE MAIN;"
            "ALTER TABLE articles_unpublishedentry ALTER title SET STORAGE MAIN",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(
                'post',
                name='document_needs_attention',
                condition=~models.Q(notes=[]) | models.Q(category=''),
            ),
        ),
    ]
