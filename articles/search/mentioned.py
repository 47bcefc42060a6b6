"""The securities that the newest posts mention most."""

import datetime as dt
from typing import Final

from django.utils import timezone

from ..database import read_connection
from ..models import Facet
from .facets import OF_TOKEN, FacetValue, facet_values, tokens_of, top_values
from .index import TABLE
from .kept_names import all_names
from .text.tokens import KEYS, facet_token

LATEST: Final = 2_000  # posts that are counted


def most_mentioned(since: dt.datetime, count: int) -> tuple[FacetValue, ...]:
    """The `count` securities that most of the newest `LATEST` posts since a moment mention."""
    newest = f"""
        SELECT facets FROM {TABLE} WHERE published_at BETWEEN %s AND %s
        ORDER BY published_at DESC, post_id DESC LIMIT {LATEST}
    """
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            WITH counted AS (
                SELECT {OF_TOKEN}, count(*) AS posts
                FROM ({tokens_of(newest)}) had
                WHERE token BETWEEN %s AND %s
                GROUP BY token
            )
            {top_values()}
            """,
            [
                since,
                timezone.now(),
                facet_token(Facet.SECURITY, 0),
                facet_token(Facet.SECURITY, KEYS - 1),
            ],
        )
        rows = cursor.fetchall()
    return facet_values(rows, all_names())[:count]
