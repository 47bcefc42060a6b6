import django.contrib.postgres.fields
from django.db import migrations, models

from articles.pinyin import pinyin_initials

def fill_pinyin(apps, schema_editor):
    """Names have the initials of every reading now."""
    Security = apps.get_model("articles", "Security")
    securities = list(Security.objects.exclude(name="").only("name"))
    for security in securities:
        security.pinyin = pinyin_initials(security.name)
    Security.objects.bulk_update(securities, ["pinyin"], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_import_at_full_strength'),
    ]

    operations = [
        migrations.CreateModel(
            name='FacetCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facet', models.PositiveSmallIntegerField(choices=[(0, 'Year'), (1, 'Month'), (2, 'Day'), (3, 'Source'), (4, 'Category'), (5, 'Tag'), (6, 'Security')])),
                ('key', models.PositiveIntegerField()),
                ('posts', models.IntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('facet', 'key'), name='facetcount_once')],
            },
        ),
        # Every entry is made anew, by `rebuild_search`, which `make run` sees to.
        migrations.RunSQL("TRUNCATE articles_searchentry", migrations.RunSQL.noop),
        migrations.AddField(
            model_name='searchentry',
            name='title',
            field=models.TextField(default='', help_text='Normalised.'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='searchentry',
            name='facets',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='The tokens of its month, source, categories, tags and securities.', size=None),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='searchentry',
            name='tokens',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='Of the text, of the facets, of its year and day.', size=None),
        ),
        # The narrow part of the table stays in line however many there are of these.
        migrations.RunSQL(
            "ALTER TABLE articles_searchentry ALTER facets SET STORAGE MAIN;"
            "ALTER TABLE articles_searchentry ALTER title SET STORAGE MAIN",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField('searchentry', 'source_id'),
        migrations.RemoveField('searchentry', 'category_ids'),
        migrations.RemoveField('searchentry', 'tag_ids'),
        migrations.RunPython(fill_pinyin, migrations.RunPython.noop),
    ]
