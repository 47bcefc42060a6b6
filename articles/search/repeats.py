"""Which kinds of term tell readers the same: a medium is often the source of its posts, and their
category and tag under other names.

The newest posts of the archive decide that. A kind is *repeated* if nearly all uses of its terms
are, and a term is if nearly all posts that have it or a term of an earlier kind have both. So is a
kind of several terms if nearly all of these are parts of a term of an earlier kind, each of
another: the channels of media, beside one of news from all of them. Names are not compared.
"""

from typing import Final

from ..models import Facet
from .index import TABLE
from .text.tokens import KEYS, facet_token

NEWEST: Final = 500  # posts that are looked at
FEWEST: Final = 50  # posts: fewer decide nothing
NEARLY: Final = 0.9
SEVERAL: Final = 8  # terms: so many are not parts of others by chance

FACET_BASE: Final = facet_token(0, 0)
FACET_OF_TOKEN: Final = f"(token - {FACET_BASE}) / {KEYS}"
#: From sources, which readers know as the media, to tags, which say least.
IS_COMPARED: Final = (
    f"token BETWEEN {facet_token(Facet.SOURCE, 0)} AND {facet_token(Facet.TAG, KEYS - 1)}"
)

#: SQL for the facets that are repeated now, which it takes as a parameter: not for searches, whose
#: settings keep it from its index.
REPEATED: Final = f"""
    WITH newest AS MATERIALIZED (
        SELECT ARRAY(SELECT token FROM unnest(facets) token WHERE {IS_COMPARED}) AS tokens
        FROM (
            SELECT facets FROM {TABLE} WHERE published_at <= %s
            ORDER BY published_at DESC, post_id DESC LIMIT {NEWEST}
        ) entry
    ),
    used AS MATERIALIZED (
        SELECT token, {FACET_OF_TOKEN} AS facet, count(*) AS posts
        FROM (SELECT unnest(tokens) AS token FROM newest) had GROUP BY token
    ),
    pair AS MATERIALIZED (
        SELECT token, other, count(*) AS posts
        FROM (SELECT unnest(tokens) AS token, tokens FROM newest) had, unnest(tokens) other
        WHERE other < token GROUP BY token, other
    ),
    part AS (
        SELECT pair.token,
            pair.posts >= {NEARLY} * (used.posts + earlier.posts - pair.posts) AS is_whole,
            count(*) OVER (PARTITION BY used.facet, pair.other) = 1 AS is_alone
        FROM pair JOIN used ON used.token = pair.token
            JOIN used AS earlier ON earlier.token = pair.other AND earlier.facet < used.facet
        WHERE pair.posts >= {NEARLY} * used.posts
    ),
    repeated AS (
        SELECT token, bool_or(is_whole) AS is_whole, bool_or(is_alone) AS is_alone
        FROM part GROUP BY token
    )
    SELECT facet FROM used LEFT JOIN repeated USING (token)
    GROUP BY facet
    HAVING (
            coalesce(sum(posts) FILTER (WHERE is_whole), 0) >= {NEARLY} * sum(posts)
            OR count(*) >= {SEVERAL}
                AND count(*) FILTER (WHERE is_alone) >= {NEARLY} * count(*)
        )
        AND (SELECT count(*) FROM newest) >= {FEWEST}
"""
