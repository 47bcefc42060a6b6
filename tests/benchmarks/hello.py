"""The site with one more view, which only says hello: what the other pages are compared with."""

from django.http import HttpResponse
from django.urls import get_resolver, path

from newsroom.wsgi import application

__all__ = ["application"]


def hello(request):
    return HttpResponse("hello", headers={"Cache-Control": "no-store"})  # made for each request


get_resolver().url_patterns.insert(0, path("hello/", hello))
