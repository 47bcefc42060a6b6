from functools import partial

import django.contrib.postgres.fields
from django.db import migrations, models

import articles.models.fields
from articles.roles import make_groups


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0031_words_that_are_codes'),
    ]

    operations = [
        migrations.CreateModel(
            name='MaintenanceRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='started at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('started_by', articles.models.fields.MessageField(blank=True, verbose_name='started by')),
                ('stopped_by', models.TextField(blank=True, help_text='Who asked at the desk that it stops.', verbose_name='stopped by')),
                ('error', articles.models.fields.MessageField(blank=True, verbose_name='why it stopped')),
                ('kind', models.CharField(choices=[('reparse', 'derive all posts again from their documents'), ('rebuild', 'replace the search entries that are wrong')], max_length=7, verbose_name='what to do')),
                ('total', models.PositiveIntegerField(verbose_name='posts')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='done')),
                ('unreadable', django.contrib.postgres.fields.ArrayField(base_field=articles.models.fields.MessageField(), default=list, size=None, verbose_name='documents that cannot be read any more')),
            ],
            options={
                'verbose_name': 'maintenance run',
                'verbose_name_plural': 'maintenance runs',
                'ordering': ['-started_at', '-pk'],
                'get_latest_by': 'started_at',
                'abstract': False,
            },
        ),
        migrations.RunPython(
            partial(make_groups, among=models.Q(content_type__model='maintenancerun')),
            migrations.RunPython.noop,
        ),
    ]
