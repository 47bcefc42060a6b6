"""The site as gunicorn serves it, and /arrived/, which tells what has arrived of a request."""

import json

from django.conf import settings
from django.core.wsgi import get_wsgi_application

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
site = get_wsgi_application()


def application(environ, start_response):
    if environ["PATH_INFO"] != "/arrived/":
        return site(environ, start_response)
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]
