"""A server that keeps pages."""

import shutil
import socket
import subprocess

import pytest
from redis import Redis

from tests.waiting import wait_until

SERVER = shutil.which("valkey-server") or shutil.which("redis-server")


@pytest.fixture
def server(tmp_path):
    """The address of a Valkey or Redis server, and its process."""
    if SERVER is None:
        pytest.skip("neither Valkey nor Redis is installed: apt-get install redis-server")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [SERVER, "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        url = f"redis://127.0.0.1:{port}/0"
        wait_until(lambda: Redis.from_url(url, retry=None).ping() if answers(port) else False)
        yield url, process
        process.terminate()


def answers(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
