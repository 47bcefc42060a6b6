"""The newest posts of the categories that have most."""

from django.utils import timezone

from ..database import read_connection
from ..models import Category, Facet, Post
from ..prepared import prepared
from .by_story import BEFORE
from .facets import SCHEDULED
from .index import COUNTS


def newest_of_busiest(categories: int, size: int) -> list[tuple[Category, list[Post]]]:
    """Each of the `categories` with the most posts that readers see, and its newest `size` posts,
    one of each story, with the fields of a headline. One query."""
    found: dict[int, tuple[Category, list[Post]]] = {}
    with prepared(read_connection()) as cursor:
        cursor.execute(
            f"""
            WITH scheduled AS ({SCHEDULED}),
            busiest AS (
                SELECT category.id, slug, name,
                       coalesce(stored.posts, 0) - coalesce(scheduled.posts, 0) AS posts
                FROM articles_category category
                LEFT JOIN {COUNTS} stored
                    ON stored.facet = {Facet.CATEGORY:d} AND stored.key = category.id
                LEFT JOIN scheduled
                    ON scheduled.facet = {Facet.CATEGORY:d} AND scheduled.key = category.id
                ORDER BY posts DESC, category.id LIMIT %(categories)s
            )
            SELECT busiest.id, busiest.slug, busiest.name, post.*
            FROM busiest
            LEFT JOIN LATERAL (
                SELECT post.id, post.slug, title, post.published_at
                FROM articles_postcategory joins JOIN articles_post post ON post.id = post_id
                WHERE category_id = busiest.id AND joins.published_at <= %(now)s
                    AND status = 'published' AND NOT EXISTS (
                        SELECT FROM articles_postcategory
                        WHERE category_id = busiest.id AND published_at <= %(now)s
                            AND post_id = ANY(ARRAY({BEFORE.format(post="post.id")}))
                        OFFSET 0
                    )
                ORDER BY joins.published_at DESC, post_id DESC LIMIT %(size)s
            ) post ON true
            ORDER BY posts DESC, busiest.id, post.published_at DESC, post.id DESC
            """,
            {"now": timezone.now(), "categories": categories, "size": size},
        )
        for key, slug, name, pk, post_slug, title, published_at in cursor:
            _, posts = found.setdefault(key, (Category(id=key, slug=slug, name=name), []))
            if pk is not None:
                posts.append(Post(id=pk, slug=post_slug, title=title, published_at=published_at))
    return list(found.values())
