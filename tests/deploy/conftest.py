"""nginx as `deploy/nginx.conf` has it, before gunicorn, before the database of the tests."""

import getpass
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.emptying import empty_tables
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
HOST = "news.example.com"
# The file is for a folder that nginx.conf includes. Clients name the address that they ask from.
AROUND = """
user {user};
pid {folder}/nginx.pid;
worker_processes 1;
daemon off;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Test-Address;
    include {folder}/site.conf;
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def is_listening(port):
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def environment():
    from django.db import connection

    at = connection.settings_dict
    login = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}@{quote(at['HOST'], safe='')}"
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{login}:{at['PORT']}/{at['NAME']}",
        "ALLOWED_HOSTS": HOST,
        "SECRET_KEY": "that of the tests, which signs nothing of worth and is long enough",
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "ERROR",
    }


class Front:
    """The site by way of nginx."""

    def __init__(self, folder):
        self.folder = folder
        self.inner, self.plain, self.port = free_port(), free_port(), free_port()
        self.environment = environment() | {"PORT": str(self.inner)}
        static = folder / "static"
        static.mkdir()
        changes = {
            "127.0.0.1:8000": f"127.0.0.1:{self.inner}",
            "listen 80 ": f"listen 127.0.0.1:{self.plain} ",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "/etc/newsroom/tls": str(folder),
            "/var/cache/newsroom": str(folder / "pages"),
            "/var/log/nginx/newsroom.log newsroom buffer=64k flush=1s": f"{folder}/log newsroom",
            "/var/log/nginx": str(folder),
            "/srv/newsroom/var/static": str(static),
            "/srv/newsroom": str(ROOT),
        }
        text = (ROOT / "deploy/nginx.conf").read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (folder / "site.conf").write_text(re.sub(r"(?m)^ *listen \[.*\n", "", text))
        (folder / "nginx.conf").write_text(AROUND.format(user=getpass.getuser(), folder=folder))
        key = ["-newkey", "rsa:2048", "-nodes", "-keyout", folder / "privkey.pem"]
        certificate = ["-x509", "-subj", f"/CN={HOST}", "-out", folder / "fullchain.pem"]
        command = ["openssl", "req", *key, *certificate]
        subprocess.run(command, check=True, capture_output=True)
        self.tls = ssl.create_default_context(cafile=folder / "fullchain.pem")
        self.tls.check_hostname = False  # it is asked for by its address

    def nginx(self, *arguments):
        command = [NGINX, "-e", "stderr", "-c", self.folder / "nginx.conf", *arguments]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    @contextmanager
    def serving(self):
        self.start_site()
        served = self.nginx()
        try:
            wait_until(lambda: is_listening(self.inner) and is_listening(self.port))
            yield self
        finally:
            self.stop_site()
            served.terminate()
            served.communicate()

    def start_site(self):
        command = Path(sys.executable).with_name("gunicorn")
        self.gunicorn = subprocess.Popen(
            [command, "-c", "newsroom/gunicorn.py", "tests.deploy.application"],
            cwd=ROOT,
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )

    def stop_site(self):
        self.gunicorn.terminate()
        self.gunicorn.wait()

    def ask(self, path, method="GET", host=HOST, **headers):
        """The response, with its body as `body`. Names of headers have _ for -."""
        client = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        client.request(method, path, headers={"Host": host} | named)
        response = client.getresponse()
        response.body = response.read()
        client.close()
        return response

    def cache_status(self, response):
        """What nginx wrote to its log of where the response came from: HIT, MISS, BYPASS, …"""
        log, own = self.folder / "log", response.headers["X-Request-ID"]
        wait_until(lambda: own in log.read_text())
        [line] = (line for line in log.read_text().splitlines() if line.endswith(own))
        return line.split()[-2]


@pytest.fixture(scope="module")
def front(tmp_path_factory, django_db_setup, django_db_blocker):
    for name, package in (NGINX, "nginx-light"), (shutil.which("openssl"), "openssl"):
        if name is None:
            reason = f"{package} is not installed: apt-get install {package}"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with django_db_blocker.unblock():
        with Front(tmp_path_factory.mktemp("front")).serving() as front:
            yield front
        empty_tables()
