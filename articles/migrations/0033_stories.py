import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0032_maintenancerun'),
    ]

    operations = [
        migrations.AddField(
            model_name='archiveversion',
            name='stories',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='StoryKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'published_at', 'post', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.IntegerField()),
                ('published_at', models.DateTimeField()),
                ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.post')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='StoryLink',
            fields=[
                ('pk', models.CompositePrimaryKey('post', 'other', blank=True, editable=False, primary_key=True, serialize=False)),
                ('score', models.FloatField()),
                ('is_copy', models.BooleanField()),
                ('other', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.post')),
                ('post', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.post')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='StoryPost',
            fields=[
                ('post', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='in_story', serialize=False, to='articles.post')),
                ('is_copy', models.BooleanField()),
                ('first', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.post')),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
