"""The WSGI application that gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
application = get_wsgi_application()
# Now, and not while the first reader waits; before there are workers, which share it.
import_module(settings.ROOT_URLCONF)
# With dictionaries of 55 MB.
import_module("articles.search.romanised").frequent_words()
