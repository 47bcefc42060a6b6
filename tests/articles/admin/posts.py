"""A post that was imported, and the form in which editors change it."""

from django.urls import reverse

from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.models import Post
from tests.articles.admin.forms import sent

TEXT = """---
title: "锂价回落"
date: 2022-03-04 09:30:00
categories: emnews
tags: 东财滚动新闻
---
> 碳酸锂
> 走弱

<p>锂价走弱。</p>

<http://finance.eastmoney.com/news/1,202203040000000001.html>
"""


def import_text(text):
    content = text.encode()
    write([read(Found("2022-03-04-202203040000000001.md", content=content))])
    return Post.objects.get()


def address(post, page="change"):
    return reverse(f"admin:articles_post_{page}", args=[post.pk])


def filled(page, **changes):
    """What a browser would send of the form on a page, with `changes`."""
    return sent(page, "post_form") | changes
