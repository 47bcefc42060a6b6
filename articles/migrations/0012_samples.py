"""Documents know whether they are samples. Those that `make run` imported before their front matter
said so are known by their bytes, which the same count of posts gives again."""

import hashlib

from django.db import migrations, models

from articles.samples import SAMPLE_MARK, sample_posts

USUAL = 500  # posts that `make run` imports


def unmarked(file):
    return hashlib.sha256(file.text.replace(f"{SAMPLE_MARK}\n", "", 1).encode()).digest()


def mark_earlier_samples(apps, schema_editor):
    documents = apps.get_model("articles", "Document").objects
    (first,) = sample_posts(1)
    welcome = documents.filter(file_name=first.name, sha256=unmarked(first)).first()
    if welcome is None:
        return
    # They all came from one folder, which held nothing else.
    folder = welcome.path.removesuffix(first.name)
    beside = documents.filter(path__startswith=folder).values("post").distinct().count()
    for count in {beside, USUAL}:
        samples = {file.name: unmarked(file) for file in sample_posts(count)}
        found = documents.filter(file_name__in=samples, is_sample=False)
        ours = [
            pk
            for pk, name, sha256 in found.values_list("pk", "file_name", "sha256")
            if bytes(sha256) == samples[name]
        ]
        documents.filter(pk__in=ours).update(is_sample=True)


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_addresses")]

    operations = [
        migrations.AddField(
            "document",
            "is_sample",
            models.BooleanField(
                "sample", db_default=False, help_text="Written by make_sample_posts."
            ),
        ),
        migrations.AddIndex(
            "document",
            models.Index(
                "post", name="document_samples", condition=models.Q(("is_sample", True))
            ),
        ),
        migrations.RunPython(mark_earlier_samples, migrations.RunPython.noop),
    ]
