"""Live through docs/operations.md in a Debian that boots in a container: `make deploy-check`.

The commands of the document are run as they stand there, section by section, and after each the
site is asked what readers and operators would ask it. Root, mmdebstrap, systemd-container and some
free ports are needed. Packages come from Debian and PyPI, by the certificates and pip settings of
this machine. Only what needs the world is not real: the certificate is made here, once certbot has
read its options.
"""

import argparse
import contextlib
import json
import os
import re
import resource
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.deploy.debian import CheckError, Machine, booted, make_root, missing, wait_for

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "operations.md"
SECTION = re.compile(r"(?m)^## (.+)$")
COMMANDS = re.compile(r"(?ms)^```sh\n(.*?)^```$")
#: A block of the guide that names what is the operator's. The check has names of its own:
NAMES_ALONE = re.compile(r"(?:[A-Z]+=\S+\n)+")
NAMES = {
    "DOMAIN": "news.example.com",
    "EMAIL": "you@example.com",
    "SOURCE": "/root/newsroom.git",
    "RELEASE": "next",
}
SITE = f"https://{NAMES['DOMAIN']}"
PASSWORD = "a password for this check"
MOST_EXPOSED = 20  # tenths of a point of `systemd-analyze security`
SERVICES = "newsroom-web newsroom-worker newsroom-backup newsroom-import@srv-posts"

# In the place of certbot. It shows that the real one takes the options, and that the address at
# which Let's Encrypt looks for a proof leads to this machine; then it makes the certificate.
CERTBOT = r"""#!/bin/sh -eu
/usr/bin/certbot "$@" --server https://127.0.0.1:1/ 2>&1 | grep 'Connection refused'
proofs=/var/www/html/.well-known/acme-challenge
mkdir -p $proofs
echo 'The proof is there.' >$proofs/check
curl --fail --silent "http://$DOMAIN/.well-known/acme-challenge/check"
folder=/etc/letsencrypt/live/$DOMAIN
mkdir -p "$folder"
openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$DOMAIN" -addext "subjectAltName=DNS:$DOMAIN" \
    -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
cat "$folder/fullchain.pem" >>/etc/ssl/certs/ca-certificates.crt
"""
# A file for the folder that is watched, and a release whose help says 新版.
NEW_FILE = r"""cat >/srv/posts/2024-05-06-202405060708091234.md <<EOF
---
title: 文件夹里的新文件
date: 2024-05-06 07:08:09
---
<p>刚刚写好。</p>
EOF"""
NEW_RELEASE = r"""git clone --quiet "$SOURCE" /root/next
cd /root/next
sed -i 's/<h1>/<h1>新版/' templates/pages/search_help.html
git -c user.name=Check -c user.email=check@example.com commit --quiet --all --message Next
git tag "$RELEASE"
git push --quiet origin "$RELEASE" """


def main() -> None:
    parser = argparse.ArgumentParser(prog="make deploy-check", description=__doc__)
    parser.add_argument("--suite", default="bookworm", help="bookworm (Debian 12) or trixie (13)")
    parser.add_argument("--keep", action="store_true", help="leave the root for a look")
    options = parser.parse_args()
    if why := missing():
        sys.exit(f"deploy-check: {why}")
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # which leaves nothing running
    folder = Path(tempfile.mkdtemp(prefix="newsroom-deploy-"))
    try:
        root = folder / "root"
        say(f"A bare Debian ({options.suite})")
        make_root(root, options.suite)
        environment = prepare(root)
        with booted(root, environment) as machine:
            live(Site(machine))
    except (CheckError, subprocess.CalledProcessError) as error:
        sys.exit(f"deploy-check: {error}")
    finally:
        if options.keep:
            say(f"The root is left at {root}")
        else:
            shutil.rmtree(folder)
    say("All of it came out as docs/operations.md says")


def say(text: str) -> None:
    print(f"\n=== {text}", flush=True)


def expect(what: str, is_so: bool) -> None:
    print(f"    {'yes' if is_so else 'NO'}: {what}", flush=True)
    if not is_so:
        raise CheckError(f"this is not so: {what}")


def sections() -> dict[str, list[str]]:
    """The blocks of commands in each section of the guide."""
    _, *parts = SECTION.split(GUIDE.read_text())
    texts = zip(parts[::2], parts[1::2], strict=True)
    return {title: COMMANDS.findall(text) for title, text in texts}


def prepare(root: Path) -> dict[str, str]:
    """Put into a root what the world would give it. Returns the environment of its commands."""
    bare = root / NAMES["SOURCE"].removeprefix("/")
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, bare], check=True)
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost {NAMES['DOMAIN']}\n")
    certbot = root / "usr/local/sbin/certbot"
    certbot.write_text(CERTBOT)
    certbot.chmod(0o755)
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    if "PIP_CERT" in pip:
        shutil.copy(pip["PIP_CERT"], root / "root/certificates.pem")
        pip["PIP_CERT"] = "/root/certificates.pem"
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "NO_COLOR": "1", "PAGER": "cat"}
    return {**quiet, **NAMES, **pip}


class Site:
    """The site on the machine, as its operator and its readers see it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def follow(self, section: str) -> None:
        """Run the commands of a section of the guide."""
        say(section)
        for script in sections()[section]:
            if not NAMES_ALONE.fullmatch(script):
                self.machine.run(script, PASSWORD)

    def curl(self, path: str, *options: str) -> str:
        options = ("--silent", "--show-error", *options, SITE + path)
        return self.machine.answer(shlex.join(["curl", *options]))

    def status(self, path: str) -> str:
        return self.curl(path, "--output", "/dev/null", "--write-out", "%{http_code}")

    def readiness(self) -> dict[str, str]:
        return json.loads(self.curl("/readyz"))


def live(site: Site) -> None:
    """A life of the site, in the order of the guide."""
    machine = site.machine
    site.follow("Install")
    look_around(site)
    inspect_services(machine)

    machine.run("newsroom make_sample_posts /tmp/posts --count 300\nmv /tmp/posts /srv/posts")
    site.follow("Import posts")
    expect("a search finds posts", "茅台" in site.curl("/posts/?q=%E8%8C%85%E5%8F%B0"))
    machine.run(NEW_FILE)
    address = "/posts/202405060708091234/"
    wait_for("a new file of the folder", lambda: "文件夹里的新文件" in site.curl(address))
    wait_for("readiness", lambda: site.readiness()["status"] == "ok")
    site.follow("Watch over it")

    site.follow("Back up")
    archive = site.curl("/archive/")
    say("All posts are lost")
    truncate = "TRUNCATE articles_post CASCADE"
    machine.run(f"runuser -u postgres -- psql --dbname newsroom --command '{truncate}'")
    site.follow("Restore")
    wait_for("what was lost", lambda: site.curl("/archive/") == archive)

    machine.run(NEW_RELEASE)
    site.follow("Upgrade")
    wait_for("the new release", lambda: "新版" in site.curl("/search-help/"))
    site.follow("Roll back")
    wait_for("the old release", lambda: "新版" not in site.curl("/search-help/"))
    wait_for("its posts", lambda: site.curl("/archive/") == archive)

    lose_parts(site)
    crowd(site)
    site.follow("What to do when")
    site.follow("Back up a large site")
    wait_for("the posts", lambda: site.curl("/archive/") == archive)
    wait_for("readiness", lambda: site.readiness()["status"] == "ok")


def look_around(site: Site) -> None:
    """Ask for what nginx, the site and both together do."""
    english = site.curl("/", "--header", "Accept-Language: en")
    expect("pages are in Chinese", '<html lang="zh-Hans"' in site.curl("/"))
    expect("pages are in English", '<html lang="en"' in english)
    plain = site.machine.answer(f"curl --silent --head http://{NAMES['DOMAIN']}/posts/")
    expect("HTTP leads to HTTPS", f"Location: {SITE}/posts/" in plain)
    head = site.curl("/", "--head")
    expect("HTTP/2 is spoken", head.startswith("HTTP/2 200"))
    expect("browsers are told to stay with HTTPS", "strict-transport-security" in head)
    style = re.search(r"/static/newsroom\.[^\"]+css", english)
    expect("style sheets have a hash", bool(style))
    expect("they are kept for ever", "immutable" in site.curl(style[0], "--head"))
    expect("the desk asks who comes", "csrfmiddlewaretoken" in site.curl("/admin/login/"))


def inspect_services(machine: Machine) -> None:
    """Whether systemd finds fault with a unit, and how much each may reach."""
    units = [f"{service}.service" for service in SERVICES.split()]
    machine.run(f"systemd-analyze verify {shlex.join(units)} newsroom-backup.timer")
    for unit in units:
        grade = f"systemd-analyze security --no-pager --threshold={MOST_EXPOSED} {unit}"
        machine.run(f"set -o pipefail\n{grade} | tail -n 1")


def lose_parts(site: Site) -> None:
    """Stop the database for a while, and kill the services: what comes back, and by itself."""
    say("Without the database")
    site.status("/posts/")
    site.machine.run("systemctl stop postgresql")
    for _ in range(3):
        expect("a page that was asked for is there", site.status("/posts/") == "200")
        time.sleep(1.1)  # seconds: nginx asks the site again after one
    expect("readiness says so", site.readiness()["database"] == "down")
    expect("another page says to try again", site.status("/tags/") == "503")
    site.machine.run("systemctl start postgresql")
    wait_for("another page", lambda: site.status("/tags/") == "200")

    for service in "newsroom-web", "newsroom-worker":
        say(f"{service} is killed")
        process = f"systemctl show --property MainPID --value {service}"
        killed = site.machine.answer(process)
        site.machine.run(f"systemctl kill --signal KILL {service}")
        wait_for("another", lambda: site.machine.answer(process) not in (killed, "0\n"))  # noqa: B023
    wait_for("pages", lambda: site.status("/feeds/?killed") == "200")


def crowd(site: Site) -> None:
    """Have 500 clients that ask for nothing and 500 that never end what they ask for."""
    say("1,000 clients that keep their connections")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 2**12), most))
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    with contextlib.ExitStack() as clients:
        for _ in range(500):
            clients.enter_context(socket.create_connection(("127.0.0.1", 443)))
            plain = socket.create_connection(("127.0.0.1", 443))
            slow = clients.enter_context(tls.wrap_socket(plain))
            slow.sendall(b"GET / HTTP/1.1\r\nHost: ")
        expect("a kept page is there", site.status("/") == "200")
        expect("a new page is there", site.status("/posts/?page=1") == "200")


if __name__ == "__main__":
    main()
