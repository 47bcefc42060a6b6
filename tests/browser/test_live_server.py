"""The server that the browser's tests are about ends when it has answered, and not before."""

import socket
import threading

import pytest
from django.db import connection, transaction

from articles.models import Post
from tests.waiting import wait_until, waiting

pytestmark = pytest.mark.django_db(transaction=True)

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_it_has_answered_all_requests_when_it_is_stopped(live_server):
    happened = []

    def stop():
        live_server.stop()
        happened.append("stopped")

    address = (live_server.thread.host, live_server.thread.port)
    stopping = threading.Thread(target=stop)
    with socket.create_connection(address) as browser:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {Post._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            browser.sendall(REQUEST)
            wait_until(waiting)
            stopping.start()
            wait_until(lambda: not accepts(address))
            happened.append("released")
        stopping.join()
        assert happened == ["released", "stopped"]
        # It kept the connection open for more, and does not wait for that.
        with browser.makefile("rb") as answer:
            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
            assert answer.read().endswith(b"</html>\n")


def accepts(address):
    try:
        socket.create_connection(address).close()
    except ConnectionRefusedError:
        return False
    return True
