from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Archive")

    def ready(self) -> None:
        from .database import renew_if_closed
        from .locks import refuse_other_archive

        connection_created.connect(renew_if_closed)
        connection_created.connect(refuse_other_archive)
