from articles.search.sql import Sql, joined, sql


def test_parameters_are_in_the_order_of_their_placeholders():
    inner = sql("b = %(b)s AND c = %(c)s", c=3, b=2)
    assert sql("a = %(a)s AND (%(inner)s) AND d = %(a)s", inner=inner, a=1) == Sql(
        "a = %s AND (b = %s AND c = %s) AND d = %s", (1, 2, 3, 1)
    )


def test_what_a_parameter_says_is_no_sql():
    assert sql("a = %(a)s", a="%(b)s", b=1) == Sql("a = %s", ("%(b)s",))


def test_parts_are_joined_with_their_parameters():
    parts = (sql("a = %(one)s", one=one) for one in (1, 2))
    assert joined(" OR ", parts) == Sql("a = %s OR a = %s", (1, 2))
