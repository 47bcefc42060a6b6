"""The client and the script of the documentation do what they say."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from articles import changes
from articles.editing import bulk, merging
from articles.models import Post
from tests.articles.data.mirror import Mirror, archive

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "examples"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("children")]


@pytest.fixture
def site(live_server):
    path = EXAMPLES / "newsroom_client.py"
    spec = importlib.util.spec_from_file_location("newsroom_client", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.Newsroom(live_server.url)


def test_the_client_is_short():
    assert len((EXAMPLES / "newsroom_client.py").read_text().splitlines()) < 200


def test_the_client_reads_every_page(site, make_post):
    ids = [make_post(slug=f"p{number}").pk for number in range(205)]
    changes.posts_changed(ids)
    found = [post["slug"] for post in site.posts(q="快讯", fields=["slug"])]
    assert len({*found}) == len(found) == 205
    assert site.post("p7")["text"] == "正文8。"
    assert site.status()["posts"] == 205


def test_the_client_says_what_is_wrong(site):
    with pytest.raises(sys.modules["newsroom_client"].ProblemError) as caught:
        list(site.posts(source="没有"))
    assert caught.value.status == 400
    assert caught.value.errors[0]["parameter"] == "source"


def test_a_copy_that_the_client_keeps_is_the_archive(site, indexed, editor):
    """Through edits, a merge and a hiding; the client begins anew in between."""
    mirror = Mirror()
    kept = indexed(source="新华社")
    merged = indexed(source="新华网")
    for change in site.changes():
        mirror.apply(change)
    place = site.place
    Post.objects.filter(pk=kept.pk).update(title="改过")
    Post.objects.filter(pk=merged.pk).update(status="hidden")
    changes.posts_changed([kept.pk, merged.pk])
    bulk.start(merging.create([merged.source], kept.source, by=editor))
    again = type(site)(site.site, place=place)
    for change in again.changes():
        mirror.apply(change)
    assert without_hosts(mirror.contents) == without_hosts(archive())


def test_the_client_says_that_a_copy_has_to_begin_again(site, indexed):
    indexed()
    site.place = "99"
    with pytest.raises(sys.modules["newsroom_client"].ProblemError, match="after=0") as caught:
        list(site.changes())
    assert caught.value.status == 410
    site.place = "0"
    assert list(site.changes())


def without_hosts(contents):
    return {slug: post | {"url": ""} for slug, post in contents.items()}


def test_the_script_takes_a_quarter_in_three_ways(live_server, indexed):
    maotai = [("1.600519", "贵州茅台")]
    for month in range(1, 6):
        indexed(f"2022-{month:02}-04 09:30", securities=maotai)
    indexed("2022-02-04 09:30")
    done = subprocess.run(
        [sys.executable, EXAMPLES / "quarter.py", live_server.url, "600519", "2022Q1"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(EXAMPLES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stderr
    assert done.stdout.startswith("贵州茅台 (1.600519), 2022Q1: 3 posts by the API,\n3 as CSV, 3")
    assert done.stdout.endswith("the same: True\n")
