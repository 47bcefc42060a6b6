"""Mentions that are recognised, beside those that the source marked. What editors chose before is
kept: the securities of a post that one of them edited are pinned, and those that its records have
and it has no more are taken out."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from articles.mentions.words import DOUBTFUL, LONGER
from articles.roles import make_groups


DECIDED = """
INSERT INTO articles_mentiondecision (post_id, security_id, is_named)
SELECT mention.post_id, mention.security_id, true
FROM articles_mention mention JOIN articles_post post ON post.id = mention.post_id
WHERE 'securities' = ANY(post.hand_edited);

INSERT INTO articles_mentiondecision (post_id, security_id, is_named)
SELECT DISTINCT record.post_id, record.security_id, false
FROM articles_historicalmention record
JOIN articles_post post ON post.id = record.post_id
JOIN articles_security security ON security.id = record.security_id
WHERE 'securities' = ANY(post.hand_edited)
ON CONFLICT DO NOTHING;
"""


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        rules(text=text, kind=kind)
        for kind, texts in (("doubtful", DOUBTFUL), ("longer", LONGER))
        for text in sorted(texts)
    )


def add_permissions(apps, schema_editor):
    make_groups(apps, among=Q(codename__endswith="_namingrule"))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0024_full_pinyin'),
    ]

    operations = [
        migrations.CreateModel(
            name='NamingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(unique=True, verbose_name='name or word')),
                ('kind', models.CharField(choices=[('doubtful', 'also a word'), ('longer', 'contains a name and means something else')], default='doubtful', max_length=8, verbose_name='kind')),
            ],
            options={
                'verbose_name': 'naming rule',
                'verbose_name_plural': 'naming rules',
                'ordering': ['kind', 'text'],
            },
        ),
        migrations.AddField(
            model_name='historicalmention',
            name='in_body',
            field=models.BooleanField(db_default=False, default=False, verbose_name='in the body'),
        ),
        migrations.AddField(
            model_name='historicalmention',
            name='in_digest',
            field=models.BooleanField(db_default=False, default=False, verbose_name='in the digest'),
        ),
        migrations.AddField(
            model_name='historicalmention',
            name='in_title',
            field=models.BooleanField(db_default=False, default=False, verbose_name='in the title'),
        ),
        migrations.AddField(
            model_name='historicalmention',
            name='nth',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='historicalmention',
            name='origin',
            field=models.CharField(choices=[('marked', 'marked by the source'), ('recognised', 'recognised'), ('added', 'added by an editor')], db_default='marked', default='marked', max_length=10, verbose_name='origin'),
        ),
        migrations.AddField(
            model_name='historicalmention',
            name='written',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='historicalsecurity',
            name='english_name',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='English name'),
        ),
        migrations.AddField(
            model_name='historicalsecurity',
            name='needs_code',
            field=models.BooleanField(db_default=False, default=False, help_text='Its names are recognised only where its code stands beside them.', verbose_name='never without a code'),
        ),
        migrations.AddField(
            model_name='mention',
            name='in_body',
            field=models.BooleanField(db_default=False, default=False, verbose_name='in the body'),
        ),
        migrations.AddField(
            model_name='mention',
            name='in_digest',
            field=models.BooleanField(db_default=False, default=False, verbose_name='in the digest'),
        ),
        migrations.AddField(
            model_name='mention',
            name='in_title',
            field=models.BooleanField(db_default=False, default=False, verbose_name='in the title'),
        ),
        migrations.AddField(
            model_name='mention',
            name='nth',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='mention',
            name='origin',
            field=models.CharField(choices=[('marked', 'marked by the source'), ('recognised', 'recognised'), ('added', 'added by an editor')], db_default='marked', default='marked', max_length=10, verbose_name='origin'),
        ),
        migrations.AddField(
            model_name='mention',
            name='written',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='security',
            name='english_name',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='English name'),
        ),
        migrations.AddField(
            model_name='security',
            name='needs_code',
            field=models.BooleanField(db_default=False, default=False, help_text='Its names are recognised only where its code stands beside them.', verbose_name='never without a code'),
        ),
        migrations.CreateModel(
            name='FormerName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(verbose_name='name')),
                ('since', models.DateField(blank=True, null=True, verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('security', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_names', to='articles.security')),
            ],
            options={
                'verbose_name': 'former name',
                'verbose_name_plural': 'former names',
                'ordering': ['since', 'until', 'name'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('security', 'name', 'since'), name='formername_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='MentionDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_named', models.BooleanField()),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mention_decisions', to='articles.post')),
                ('security', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='articles.security')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('post', 'security'), name='mentiondecision_once')],
            },
        ),
        migrations.CreateModel(
            name='SoughtName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('security', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='articles.security')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('security', 'text'), name='soughtname_once')],
            },
        ),
        migrations.RunSQL(DECIDED, migrations.RunSQL.noop),
        migrations.RunPython(add_rules, migrations.RunPython.noop),
        migrations.RunPython(add_permissions, migrations.RunPython.noop),
    ]
