"""The picture of a post that others show beside a link to it: its title, medium and day."""

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..days import local
from ..models import Post
from ..stored_posts import stored_post

SIZE: Final = (1200, 630)  # pixels; networks cut other shapes
MARGIN: Final = 80
PAPER, INK, QUIET, ACCENT = "#fdf9f3", "#1b1f23", "#5c6066", "#9d2419"  # as by day
TITLE, SMALL = 68, 36  # pixels, the height of a character
LINES: Final = 4  # of a title
MOST_FACES: Final = 40  # of a collection
#: What no line breaks: a figure or a word of Latin letters, unless it is long.
PIECE: Final = re.compile(r"[A-Za-z0-9.,%+-]{1,20}|.", re.DOTALL)


def post_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture as PNG. Raises `Http404` for a post that readers do not see, or without a font
    (`PICTURE_FONT`)."""
    found = stored_post(slug) if settings.PICTURE_FONT else None
    if found is None or found.post.status != Post.Status.PUBLISHED:
        raise Http404(f"no picture of {slug}")
    return HttpResponse(drawn(found.post), content_type="image/png")


def drawn(post: Post) -> bytes:
    from PIL import Image, ImageDraw, ImageFont  # most sites have no font, and need no Pillow

    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIZE[0], 16), ACCENT)
    file = settings.PICTURE_FONT
    large, small = (ImageFont.truetype(file, size, face_in(file)) for size in (TITLE, SMALL))
    title = "\n".join(broken(post.title, large.getlength, SIZE[0] - 2 * MARGIN))
    draw.multiline_text((MARGIN, MARGIN), title, INK, large, spacing=TITLE // 3)
    day = f"{local(post.published_at):%Y-%m-%d}"
    about = "  ·  ".join([post.source.name, day] if post.source else [day])
    draw.text((MARGIN, SIZE[1] - MARGIN), about, QUIET, small, anchor="ls")
    draw.text((SIZE[0] - MARGIN, SIZE[1] - MARGIN), _("Newsroom"), ACCENT, small, anchor="rs")
    png = BytesIO()
    picture.save(png, "PNG", optimize=True)
    return png.getvalue()


@cache
def face_in(file: str) -> int:
    """The number of the face for simplified Chinese, if a font is a collection of several; or 0."""
    from PIL import ImageFont

    for number in range(MOST_FACES):
        try:
            family, _style = ImageFont.truetype(file, SMALL, number).getname()
        except OSError:
            break
        if family and family.endswith(" SC"):
            return number
    return 0


def broken(text: str, length: Callable[[str], float], most: float) -> list[str]:
    """The text in lines, each of a `length` of at most `most`. The last of `LINES` says by … that
    more follows."""
    lines = [""]
    for piece in PIECE.findall(text):
        if length(lines[-1] + piece) <= most:
            lines[-1] += piece
        elif len(lines) < LINES:
            lines.append(piece.lstrip())
        else:
            lines[-1] = f"{lines[-1][:-1]}…"
            break
    return lines
