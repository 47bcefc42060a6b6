"""The release before serves, saves and imports on the tables of this one, as in a rolling upgrade.

It is the code as it was before the newest migration was added, in a process of its own.
"""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Document, FormerHome, Post
from articles.samples import sample_posts
from tests.cluster.nodes import ROOT, release_before

pytestmark = pytest.mark.django_db(transaction=True)

SERVE = """
import sys
from desk import Form
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from articles.models import Document, FormerHome, Post

former, title, folder = sys.argv[1:]
post = Post.objects.get(title=former)
call_command("import_posts", folder, quiet=True)
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get())
form = f"/admin/articles/post/{post.pk}/change/"
fields = dict(Form(client.get(form).text, "post_form").fields)
assert client.post(form, fields | {"title": title}).status_code == 302
for path in ("/", f"/posts/{post.slug}/", f"/posts/?q={title}", "/feed.xml", form):
    assert title in client.get(path).text, path
for path in ("/archive/", "/api/v1/posts", "/api/v1/changes"):
    assert client.get(path).status_code == 200, path
"""


def test_it_serves_saves_and_imports(indexed, tmp_path, client, admin_user):
    release = release_before(tmp_path / "release")
    if release == ROOT:
        pytest.skip("there is no history of the code")
    indexed(title="旧标题")
    posts = tmp_path / "posts"
    posts.mkdir()
    for name, content in sample_posts(4):
        (posts / name).write_text(content)
    at = connection.settings_dict
    address = f"{quote(at['USER'])}@{quote(at['HOST'], safe='')}:{at['PORT']}/{at['NAME']}"
    script = "import django; django.setup()" + SERVE
    done = subprocess.run(
        [sys.executable, "-c", script, "旧标题", "上一版改的标题", str(posts)],
        cwd=release,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(release), str(ROOT / "tests" / "deploy")]),
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "DATABASE_URL": f"postgres://{address}",
            "DEBUG": "on",  # static files were not collected
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Post.objects.count() > 1
    for path in ("/", "/posts/?q=上一版改的标题"):
        assert "上一版改的标题" in client.get(path).text


def test_a_post_can_be_erased_whose_documents_had_other_homes(make_post):
    """By a release that does not know of these."""
    erased, other = make_post(), make_post()
    kept, deleted = (
        Document.objects.create(file_name=f"{number}.md", content=b"", post=post, size=0)
        for number, post in enumerate([other, erased])
    )
    for document in (kept, deleted):
        FormerHome.objects.create(document=document, post=erased, until=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_document WHERE post_id = %s", [erased.pk])
        cursor.execute("DELETE FROM articles_postcategory WHERE post_id = %s", [erased.pk])
        cursor.execute("DELETE FROM articles_post WHERE id = %s", [erased.pk])
    [home] = FormerHome.objects.all()
    assert (home.document, home.post) == (kept, None)
