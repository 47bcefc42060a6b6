"""How well relevance orders what is found, beside other orders: `make bench`.

Not a time but nDCG@10, of queries whose results were graded by hand, on an archive of sample posts.
"""

import os
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.articles.search.judgements import ARCHIVE, ORDERS, judgements, ndcg

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "posts")
            call_command("make_sample_posts", folder, verbosity=0, **ARCHIVE)
            call_command("import_posts", folder, verbosity=0)
        print(f"{len(judgements())} judged queries; nDCG@10")
        for name, order in ORDERS.items():
            print(f"{name:22}{ndcg(order):9.3f}")
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
