"""Who asks, at home and behind proxies."""

import pytest

from newsroom.clients import address, believe_proxies_alone, network
from newsroom.environment import Environment

PROXY, OTHER = "10.0.0.1", "192.0.2.9"


@pytest.fixture(autouse=True)
def proxies(settings):
    named = {"TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,2001:db8:f::/48"}
    settings.TRUSTED_PROXIES = Environment(named).trusted_proxies


def asked(rf, forwarded=None, remote=PROXY):
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = rf.get("/", REMOTE_ADDR=remote, headers=headers)
    return believe_proxies_alone(address)(request)


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", "1.2.3.4"),  # the first is whatever the client says
        ("6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),  # by way of two proxies
        ("1.2.3.4:5678", "1.2.3.4"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("1.2.3.4, junk", PROXY),
        ("10.0.0.8", "10.0.0.8"),
        (None, PROXY),
    ],
)
def test_a_proxy_is_believed_about_the_one_before_it(rf, forwarded, expected):
    assert asked(rf, forwarded) == expected


def test_nobody_else_is(rf):
    assert asked(rf, "1.2.3.4", OTHER) == OTHER


@pytest.mark.parametrize(("remote", "is_secure"), [(PROXY, True), ("", True), (OTHER, False)])
def test_nor_about_https(rf, settings, remote, is_secure):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = rf.get("/", REMOTE_ADDR=remote, headers={"x-forwarded-proto": "https"})
    assert believe_proxies_alone(lambda request: request.is_secure())(request) == is_secure


def test_a_unix_socket_has_none_but_may_be_a_proxys(rf):
    assert asked(rf, remote="") is None
    assert asked(rf, "1.2.3.4", "") == "1.2.3.4"


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1:2:3:4", "2001:db8::"),
        ("", None),
    ],
)
def test_the_addresses_that_one_client_may_choose_from_are_one_network(rf, remote, expected):
    assert network(rf.get("/", REMOTE_ADDR=remote)) == expected
