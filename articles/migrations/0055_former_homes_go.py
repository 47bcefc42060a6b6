"""Former homes go with their document, and lose their post, by the database, too. The release before
does not know them, and could delete neither."""

from django.db import migrations

HOMES = "ALTER TABLE articles_formerhome"
OF_DOCUMENT = "articles_formerhome_document_id_ce64171c_fk_articles_"
OF_POST = "articles_formerhome_post_id_9939032a_fk_articles_post_id"


def constraints(on_delete_of_document="", on_delete_of_post=""):
    return f"""
        {HOMES} DROP CONSTRAINT {OF_DOCUMENT}, DROP CONSTRAINT {OF_POST};
        {HOMES} ADD CONSTRAINT {OF_DOCUMENT} FOREIGN KEY (document_id)
            REFERENCES articles_document (id) {on_delete_of_document}
            DEFERRABLE INITIALLY DEFERRED NOT VALID;
        {HOMES} ADD CONSTRAINT {OF_POST} FOREIGN KEY (post_id)
            REFERENCES articles_post (id) {on_delete_of_post}
            DEFERRABLE INITIALLY DEFERRED NOT VALID;
    """


class Migration(migrations.Migration):
    dependencies = [("articles", "0054_marked_as")]

    operations = [
        migrations.RunSQL(
            constraints("ON DELETE CASCADE", "ON DELETE SET NULL"), constraints()
        )
    ]
