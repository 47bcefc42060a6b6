"""Tell copies that terms are gone of which readers see no post. Before terms were stamped when their
last post went, and where only scheduled posts had them, they stayed told as there."""

from django.db import migrations

#: Stamps of this version are seen by whoever has seen the one before, and by nobody earlier.
LOCK = "SELECT number FROM articles_edition FOR UPDATE"
TELL = """
    UPDATE articles_archivechange SET
        id = DEFAULT,
        known_since = NULL,
        version = (SELECT number + 1 FROM articles_edition)
    WHERE kind = '{name}' AND address IN (
        SELECT address FROM articles_archivechange
        WHERE kind = '{name}' AND known_since IS NOT NULL
        EXCEPT (
            SELECT {address} FROM articles_{name} term WHERE {is_seen}
            UNION ALL
            SELECT alias.slug FROM articles_{name}alias alias JOIN articles_{name} term ON term.id = term_id
            WHERE was_seen AND alias.slug IS NOT NULL AND {is_seen}
        )
    )
"""
ADVANCE = """
    UPDATE articles_edition SET number = number + 1
    WHERE number < (SELECT max(version) FROM articles_archivechange)
"""
IS_SEEN = """EXISTS (
    SELECT FROM {posts} WHERE {name}_id = term.id AND status = 'published' AND post.published_at <= now()
)"""
JOINED = "articles_{join} joined JOIN articles_post post ON post.id = post_id"
KINDS = [
    ("source", "slug", "articles_post post"),
    ("category", "slug", JOINED.format(join="postcategory")),
    ("tag", "slug", JOINED.format(join="posttag")),
    ("security", "market || '.' || code", JOINED.format(join="mention")),
]


class Migration(migrations.Migration):
    dependencies = [("articles", "0050_former_homes")]

    operations = [
        migrations.RunSQL(LOCK, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                TELL.format(
                    name=name, address=address, is_seen=IS_SEEN.format(name=name, posts=posts)
                ),
                migrations.RunSQL.noop,
            )
            for name, address, posts in KINDS
        ),
        migrations.RunSQL(ADVANCE, migrations.RunSQL.noop),
    ]
