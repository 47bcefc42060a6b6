from functools import partial

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from articles.roles import make_groups


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0018_fruitlesssearch_askers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PendingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base', models.JSONField(verbose_name='base')),
                ('values', models.JSONField(verbose_name='values')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved at')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due at')),
                ('stopped_at', models.DateTimeField(help_text='When it was due and could not be published.', null=True, verbose_name='stopped at')),
                ('published_at', models.DateTimeField(null=True, verbose_name='published at')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn at')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pending_changes', to='articles.post', verbose_name='post')),
                ('record', models.ForeignKey(help_text='What the history of the post says of it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.historicalpost', verbose_name='record')),
            ],
            options={
                'verbose_name': 'pending change',
                'verbose_name_plural': 'pending changes',
                'ordering': ['-made_at'],
                'permissions': [('approve_pendingchange', 'Can approve pending change of another'), ('publish_pendingchange', 'Can publish pending change without approval')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('published_at', None), ('withdrawn_at', None)), fields=('post',), name='pendingchange_one_open')],
            },
        ),
        migrations.RunPython(
            partial(make_groups, among=models.Q(content_type__model='pendingchange')),
            migrations.RunPython.noop,
        ),
    ]
