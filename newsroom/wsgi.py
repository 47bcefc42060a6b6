"""The WSGI application that gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from articles.pinyin import syllables

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
application = get_wsgi_application()
# Now, and not while the first reader waits; before there are workers, which share it.
import_module(settings.ROOT_URLCONF)
syllables("新闻")  # which loads dictionaries of 55 MB
