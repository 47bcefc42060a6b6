"""A week in the life of the site: what is done to it by the guide, and what happens to it."""

import contextlib
import re
import resource
import shlex
import socket
import ssl
import time

from tests.deploy.debian import Machine, wait_for
from tests.deploy.desk import Desk
from tests.deploy.site import NAMES, PASSWORD, SITE, Site, expect, say

MOST_EXPOSED = 20  # tenths of a point of `systemd-analyze security`
SERVICES = "newsroom-web newsroom-worker newsroom-backup newsroom-import@srv-posts"
SLUG = "202405060708091234"
WRITTEN, EDITED, HELD_UP = "文件夹里的新文件", "编辑改过的标题", "磁盘满时的标题"
# A file for the folder that is watched, a disk of its own for the database, a folder that has no
# room on it, and a release whose help says 新版.
NEW_FILE = rf"""cat >/srv/posts/2024-05-06-{SLUG}.md <<EOF
---
title: {WRITTEN}
date: 2024-05-06 07:08:09
---
<p>刚刚写好。</p>
EOF"""
SMALL_DISK = r"""systemctl stop newsroom.target postgresql 'postgresql@*'
mv /var/lib/postgresql /var/lib/postgresql.large
mkdir /var/lib/postgresql
mount -t tmpfs -o size=2g none /var/lib/postgresql
cp --archive /var/lib/postgresql.large/. /var/lib/postgresql
chown postgres: /var/lib/postgresql
systemctl start postgresql newsroom.target"""
FULL_DISK = r"""newsroom make_sample_posts /tmp/more --count 1000 --seed 2
chmod -R a+rX /tmp/more
cd /var/lib/postgresql
fallocate --length $(( $(df --output=avail --block-size=1 . | tail -n 1) - 2 * 1024 * 1024 )) filler
df -h ."""
NEW_RELEASE = r"""git clone --quiet "$SOURCE" /root/next
cd /root/next
sed -i 's/<h1>/<h1>新版/' templates/pages/search_help.html
git -c user.name=Check -c user.email=check@example.com commit --quiet --all --message Next
git tag "$RELEASE"
git push --quiet origin "$RELEASE" """


def until_friday(site: Site) -> str:
    """Install, import, edit, kill, fill the disk, and back up. Returns the page of the archive."""
    machine = site.machine
    site.follow("Install")
    look_around(site)
    inspect_services(machine)

    machine.run("newsroom make_sample_posts /tmp/posts --count 300\nmv /tmp/posts /srv/posts")
    site.follow("Import posts")
    expect("a search finds posts", "茅台" in site.curl("/posts/?q=%E8%8C%85%E5%8F%B0"))
    machine.run(NEW_FILE)
    wait_for("a new file of the folder", lambda: title(site) == WRITTEN)
    wait_for("readiness", lambda: site.readiness()["status"] == "ok")
    site.follow("Watch over it")

    say("An editor gives a post another title")
    editor().retitle(WRITTEN, EDITED)
    wait_for("the title", lambda: title(site) == EDITED)

    lose_parts(site)
    crowd(site)
    fill_the_disk(site)
    site.follow("What to do when")

    site.follow("Back up")
    # PostgreSQL was restarted, so the first page that asks it is a 503.
    wait_for("the archive", lambda: site.status("/archive/") == "200")
    return site.curl("/archive/")


def from_friday(site: Site, known: str) -> None:
    """Bring the site to a new machine, upgrade, roll back, and back up the whole server."""
    machine = site.machine
    site.follow("Install")
    site.follow("Move to another machine")
    site.follow("Restore")
    wait_for("what was lost", lambda: site.curl("/archive/") == known)
    expect("what the editor wrote is there", title(site) == EDITED)
    expect("the editor can log in", "logout" in editor().ask("/admin/"))
    wait_for("readiness", lambda: site.readiness()["status"] == "ok")

    machine.run(NEW_RELEASE)
    site.follow("Upgrade")
    wait_for("the new release", lambda: "新版" in site.curl("/search-help/"))
    site.follow("Roll back")
    wait_for("the old release", lambda: "新版" not in site.curl("/search-help/"))
    wait_for("its posts", lambda: site.curl("/archive/") == known)

    site.follow("Back up a large site")
    wait_for("the posts", lambda: site.curl("/archive/") == known)
    wait_for("readiness", lambda: site.readiness()["status"] == "ok")
    machine.run("newsroom check_archive")
    machine.run("systemctl --no-pager --failed\n! systemctl --quiet is-failed 'newsroom*'")


def title(site: Site) -> str:
    """That of the post that the check writes."""
    found = re.search("<h1[^>]*>(.*?)</h1>", site.curl(f"/posts/{SLUG}/"), re.DOTALL)
    return found[1].strip() if found else ""


def editor() -> Desk:
    return Desk(NAMES["DOMAIN"], "admin", PASSWORD)


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


def fill_the_disk(site: Site) -> None:
    """Leave the database no room on its disk: what fails, what goes on, and what comes back."""
    say("The disk of the database is full")
    site.machine.run(SMALL_DISK)
    wait_for("the site on its small disk", lambda: site.status("/feeds/?small") == "200")
    logged_in = editor()
    site.machine.run(FULL_DISK)
    site.machine.run("newsroom import_posts --quiet /tmp/more && exit 1 || test $? = 2")
    say(f"Meanwhile: {site.curl('/readyz')}")
    expect("a kept page is there", site.status("/") == "200")
    for path in "/tags/?full", "/posts/?q=%E5%88%A9%E6%B6%A6":
        say(f"A page that was not kept: {path}: {site.status(path)}")
    try:
        logged_in.retitle(EDITED, HELD_UP)
        say("An edit is stored")
    except AssertionError as refused:
        say(f"An edit: {refused}")
    site.machine.run("systemctl start newsroom-backup || true\npg_lsclusters")
    site.machine.run("rm /var/lib/postgresql/filler\nsystemctl restart postgresql")
    wait_for("pages", lambda: site.status("/tags/?room") == "200")
    wait_for("readiness", lambda: site.readiness()["status"] == "ok")
    editor().retitle(title(site), EDITED)
    wait_for("the title", lambda: title(site) == EDITED)
    site.machine.run("newsroom import_posts --quiet /tmp/more\nnewsroom check_archive")


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
