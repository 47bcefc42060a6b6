"""The text of a post to import, and the form in which editors change it."""

from django.urls import reverse

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


def address(post, page="change"):
    return reverse(f"admin:articles_post_{page}", args=[post.pk])


def filled(page, **changes):
    """What a browser would send of the form on a page, with `changes`."""
    return sent(page, "post_form") | changes
