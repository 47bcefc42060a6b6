"""Who asks, at home and behind a proxy."""

import pytest

from newsroom.clients import address, network


def asked(rf, forwarded=None, remote="10.0.0.1"):
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return address(rf.get("/", REMOTE_ADDR=remote, headers=headers))


def test_without_a_proxy_nobody_is_believed(rf, settings):
    settings.SECURE_PROXY_SSL_HEADER = None
    assert asked(rf, "1.2.3.4") == "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", "1.2.3.4"),  # the first is whatever the client says
        ("2001:db8::1", "2001:db8::1"),
        ("1.2.3.4, junk", "10.0.0.1"),
        (None, "10.0.0.1"),
    ],
)
def test_a_proxy_is_believed_about_the_one_before_it(rf, settings, forwarded, expected):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert asked(rf, forwarded) == expected


def test_a_unix_socket_has_none(rf):
    assert asked(rf, remote="") is None


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1:2:3:4", "2001:db8::/64"),
        ("", ""),
    ],
)
def test_the_addresses_that_one_client_may_choose_from_are_one_network(
    rf, settings, remote, expected
):
    settings.SECURE_PROXY_SSL_HEADER = None
    assert network(rf.get("/", REMOTE_ADDR=remote)) == expected
