"""How well relevance orders what is found, beside other orders: `python -m
tests.benchmarks.relevance`.

Not a time but nDCG@10, of queries whose results were graded by hand, on an archive of sample posts.
"""

import os
import tempfile
from pathlib import Path

import django

from tests.benchmarks.table import Row, show

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")


def rows() -> list[Row]:
    from django.core.management import call_command
    from django.db import connection

    from tests.articles.search.judgements import ARCHIVE, ORDERS, judgements, ndcg

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "posts")
            call_command("make_sample_posts", folder, verbosity=0, **ARCHIVE)
            call_command("import_posts", folder, verbosity=0)
        beside = f"the best order: nDCG@10 of {len(judgements())} queries"
        return [
            Row(f"order: {name}", ratio=ndcg(order), beside=beside)
            for name, order in ORDERS.items()
        ]
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    django.setup()
    show(rows())
