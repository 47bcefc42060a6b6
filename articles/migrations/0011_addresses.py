"""The addresses at which documents were found before they came here; of what is stored already,
`reparse_posts` finds them out."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0010_vocabulary'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='addresses',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='At which it was found before it came here.', size=None, verbose_name='addresses'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('addresses', []), _negated=True), fields=['addresses'], name='document_addresses'),
        ),
    ]
