"""What a page has dozens or hundreds of, put together in Python: entries of listings, links of
facets and indexes, days of a calendar. As templates these cost three times what all the rest of
such a page does."""

from html import escape
from urllib.parse import quote

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext

from newsroom import converters

from ..models import Facet

register = template.Library()

LONGEST = 110  # characters of the first lines


@register.filter
def marked(pieces):
    """The pieces of a text, escaped, those that match in `<mark>`."""
    return mark_safe(  # noqa: S308, each piece is escaped
        "".join(
            f"<mark>{escape(piece.text)}</mark>" if piece.is_match else escape(piece.text)
            for piece in pieces
        )
    )


@register.simple_tag
def entries(listed, heading="h3", *, with_day=False, with_flashes=False):
    """An `<ol>` of the entries of a listing. `with_flashes` makes a line of a post that says little
    more than its title."""
    root = reverse("posts")
    addresses: dict[tuple[type, int], str] = {}
    items = [item(entry, root, addresses, heading, with_day, with_flashes) for entry in listed]
    return mark_safe(f'<ol class="entries">{"".join(items)}</ol>')  # noqa: S308, escaped below


def item(entry, root, addresses, heading, with_day, with_flashes):
    moment = localtime(entry.post.published_at)
    is_flash = with_flashes and entry.is_flash
    day = f'<time datetime="{moment:%Y-%m-%d}">{moment:%Y-%m-%d}</time>' if with_day else ""
    return (
        f'<li class="entry{" flash" if is_flash else ""}">'
        f'<time datetime="{moment.isoformat(timespec="seconds")}">{moment:%H:%M}</time>'
        f'<article lang="zh-Hans"><{heading}><a href="{root}{quote(entry.post.slug)}/">'
        f"{marked(entry.title)}</a></{heading}>{'' if is_flash else first_lines(entry)}"
        f'<p class="meta">{day}{terms(entry, addresses)}</p></article></li>'
    )


def first_lines(entry):
    """The passage around what was searched for, or the digest, or how the text begins."""
    if entry.passage:
        return f'<p class="passage">{marked(entry.passage)}</p>'
    text = entry.post.digest or entry.lead
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1]}…"
    return f'<p class="lead">{escape(text)}</p>' if text else ""


def terms(entry, addresses):
    """Links to a post's source and its categories, but for one that is named like the source."""
    source = entry.post.source
    found = [source] if source else []
    found += [term for term in entry.categories if not source or term.name != source.name]
    links = []
    for term in found:
        key = (type(term), term.pk)
        if key not in addresses:
            addresses[key] = f"<a{href(term)}>{escape(str(term))}</a>"
        links.append(addresses[key])
    return "".join(links)


@register.simple_tag
def href(term, rel=""):
    """The attributes that make an `<a>` lead to the page of a source, category, tag or security;
    of one without an address none, which leaves its text."""
    url = term.get_absolute_url()
    kind = format_html(' rel="{}"', rel) if rel else ""
    return format_html(' href="{}"{}', url, kind) if url else ""


@register.simple_tag
def facet_href(value):
    """As `href`, of a value of a facet."""
    return mark_safe(link_to(value.facet, value.slug))  # noqa: S308, escaped below


def link_to(facet, address):
    """The `href` of what is at an address, without asking `reverse`: to do that 500 times takes as
    long as all the rest of a page."""
    whole = converters.SYMBOL if facet == Facet.SECURITY else converters.SLUG
    if not whole.fullmatch(address):
        return ""
    path = quote(address, safe=f"{RFC3986_SUBDELIMS}/~:@")  # as `reverse` quotes it
    return f' href="{escape(f"{get_script_prefix()}{facet.name.lower()}/{path}/")}"'


@register.simple_tag(takes_context=True)
def facet_links(context, links):
    """The values of a facet as an `<ul>`, each with its count where that is known."""
    path, remove = escape(context["request"].path), escape(gettext("remove"))
    items = []
    for link in links:
        query = f"?{escape(link.query)}" if link.query else ""
        current, off = ("", "")
        if link.is_selected:
            current = ' aria-current="true"'
            off = f'<span aria-hidden="true">×</span><span class="visually-hidden">{remove}</span>'
        count = "" if link.posts is None else f' <span class="posts">{link.posts:,}</span>'
        items.append(
            f'<li><a href="{path}{query}"{current} rel="nofollow"><span>{escape(link.name)}</span>'
            f" {off}{count}</a></li>"
        )
    return mark_safe(f"<ul>{''.join(items)}</ul>")  # noqa: S308, escaped above


@register.simple_tag
def term_links(terms):
    """An `<ul>` of a facet's values, `search.terms.Spelled`, each with its count of posts."""
    items = []
    for one in terms:
        code = ""
        if one.facet == Facet.SECURITY:
            code = f' <span class="code">{escape(one.address.partition(".")[2])}</span>'
        items.append(
            f"<li><a{link_to(one.facet, one.address)}>"
            f'<span lang="zh-Hans">{escape(one.name or one.address)}</span>{code}'
            f' <span class="posts">{one.posts:,}</span></a></li>'
        )
    return mark_safe(f'<ul class="columns">{"".join(items)}</ul>')  # noqa: S308, escaped above


@register.simple_tag
def weeks_of(weeks, *, with_counts=False):
    """The rows of a month's table: each day with its shade, and a link where it has posts."""
    root = reverse("archive")
    rows = []
    for week in weeks:
        cells = [day_cell(cell, root, with_counts) if cell else "<td></td>" for cell in week]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return mark_safe("".join(rows))  # noqa: S308, dates and numbers


def day_cell(cell, root, with_counts):
    if not cell.posts:
        return f"<td>{cell.date.day}</td>"
    kind = "" if with_counts else ' class="visually-hidden"'
    return (
        f'<td class="level-{cell.level}"><a href="{root}{cell.date:%Y/%m/%d}/"'
        f' title="{cell.posts:,}"><b>{cell.date.day}</b> <small{kind}>{cell.posts:,}</small></a>'
        "</td>"
    )


@register.simple_tag
def months_of(year, cells):
    """The months of a year, each with its shade, and a link where it has posts."""
    root = reverse("archive")
    items = []
    for cell in cells:
        name = date_format(cell.date, "M")
        if cell.posts:
            items.append(
                f'<li class="level-{cell.level}"><a href="{root}{cell.date:%Y/%m}/">'
                f"<span>{name}</span> <b>{cell.posts:,}</b></a></li>"
            )
        else:
            items.append(f"<li><span>{name}</span></li>")
    return mark_safe(f'<ol class="heat">{"".join(items)}</ol>')  # noqa: S308, dates and numbers


@register.simple_tag
def headlines(posts):
    """An `<ol>` of titles with their times."""
    root = reverse("posts")
    items = []
    for post in posts:
        moment = localtime(post.published_at)
        items.append(
            f'<li><a href="{root}{quote(post.slug)}/" lang="zh-Hans">{escape(post.title)}</a>'
            f' <time datetime="{moment.isoformat(timespec="seconds")}">{moment:%m-%d %H:%M}</time>'
            "</li>"
        )
    return mark_safe(f'<ol class="headlines">{"".join(items)}</ol>')  # noqa: S308, escaped above


@register.simple_tag
def bars(chart):
    """The bars of a chart, to stand in an `<svg>`."""
    return mark_safe(  # noqa: S308, dates and numbers
        "".join(
            f'<rect x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}">'
            f"<title>{bar.month:%Y-%m}: {bar.posts:,}</title></rect>"
            for bar in chart.bars
        )
    )


@register.simple_tag
def figures(chart):
    """The rows of a chart's table, newest first: months that have posts."""
    return mark_safe(  # noqa: S308, dates and numbers
        "".join(
            f'<tr><td><a href="?from={bar.month}&amp;to={bar.end}">{bar.month:%Y-%m}</a></td>'
            f"<td>{bar.posts:,}</td></tr>"
            for bar in reversed(chart.bars)
            if bar.posts
        )
    )
