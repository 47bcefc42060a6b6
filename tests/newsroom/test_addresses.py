import pytest
from django.test.utils import override_script_prefix
from django.urls import NoReverseMatch, reverse

from newsroom.addresses import root, url


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("home", []),
        ("post", ["2022-03-04-茅台 & co's"]),
        ("category", ["·上海/x;y=@~:+,!$*()%41?#"]),
        ("security", ["1.600519"]),
        ("security", ["90.BK 0475"]),
        ("day", [2022, 3, 4]),
        ("sitemap-month", [2022, 3]),
        ("sitemap-month", [2022, 3, 2]),
    ],
)
def test_an_address_is_that_of_reverse_each_time(name, parts):
    for _ in range(2):
        assert url(name, *parts) == reverse(name, args=parts)
        with override_script_prefix("/archive of news/"):
            assert url(name, *parts) == reverse(name, args=parts)


@pytest.mark.parametrize("slug", ["..", "a/../b", "a\nb", ""])
def test_there_is_none_for_what_no_address_can_hold(slug):
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            url("category", slug)


def test_an_archive_at_home_is_at_its_port(settings):
    settings.PORT = 8123
    assert root() == "http://localhost:8123"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "news.example.com"]
    assert root() == "http://127.0.0.1:8123"


@pytest.mark.parametrize(("is_secure", "scheme"), [(True, "https"), (False, "http")])
def test_an_archive_in_public_is_at_the_scheme_that_it_answers(settings, is_secure, scheme):
    settings.ALLOWED_HOSTS = [".example.com", "news.example.com"]
    settings.SECURE_SSL_REDIRECT = is_secure
    assert root() == f"{scheme}://news.example.com"
