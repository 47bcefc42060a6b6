"""The rows of the constraints that were made anew, checked while others write."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0055_former_homes_go")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE articles_formerhome
                VALIDATE CONSTRAINT articles_formerhome_document_id_ce64171c_fk_articles_,
                VALIDATE CONSTRAINT articles_formerhome_post_id_9939032a_fk_articles_post_id
            """,
            migrations.RunSQL.noop,
        )
    ]
