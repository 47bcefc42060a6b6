"""What the archive had at a moment, compared with what it showed at that moment."""

import datetime as dt
from random import Random
from urllib.parse import quote

import pytest
from django.utils import timezone

from articles.editing import erasing, posts
from articles.importing.discovery import Found
from articles.importing.prune import take_out
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.models import Document, Post, Security, Tag
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)  # each operation has a time of its own

SEED = 6
FIELDS = "slug,title,digest,text,html,published_at,original_url,source,categories,tags,securities"
#: Two documents of one post; two that are told apart while both are there; and two whose links
#: name a post.
CODE = "202203040000000001"
FILES = (f"NW{CODE}.md", f"2022-03-04-{CODE}.md", "same.md", "same.html", "link.md", "other.md")
LINKS = ("202203040000000001", "202203040000000002", "202203040000000003")
WORDS = ("贵州茅台", "五粮液", "涨停", "跌停", "停牌", "复牌", "年报", "公告")


class Desk:
    """Editors and imports that do whatever comes to their mind."""

    def __init__(self, random, editor):
        self.random = random
        self.editor = editor
        self.contents = {}  # of files, by name
        self.erased = {}  # when, by slug

    def words(self):
        return "".join(self.random.choices(WORDS, k=3))

    def day(self):
        return f"2022-03-{self.random.randint(1, 20):02}"

    def act(self):
        acts = [self.import_file, self.import_again, self.prune, self.edit, self.show_or_hide]
        acts += [self.give_back, self.write, self.schedule, self.erase]
        self.random.choices(acts, weights=[6, 3, 5, 4, 4, 2, 1, 2, 1])[0]()

    def import_file(self):
        name = self.random.choice(FILES)
        header = f"title: {self.words()}\ndate: {self.day()} 09:30:00 +0800\n"
        header += f"tags: [{self.random.choice(WORDS)}]\n"
        if self.random.random() < 0.1:
            header += "draft: true\n"
        link = ""
        if name in FILES[4:]:
            code = self.random.choice(LINKS)
            header += "layout: post\n"
            link = (
                f'<p><a href="https://wap.eastmoney.com/NewsShare.html?infoCode=NW{code}">x</a></p>'
            )
        text = f"<p>{self.words() * self.random.randint(1, 9)}。</p>"
        self.store(name, f"---\n{header}---\n{text}\n{link}\n".encode())

    def import_again(self):
        if self.contents:
            name = self.random.choice(sorted(self.contents))
            self.store(name, self.contents[name])

    def store(self, name, content):
        self.contents[name] = content
        write([read(Found(name, content=content))])

    def prune(self):
        there = Document.objects.filter(gone_at=None).values_list("file_name", flat=True)
        if there:
            take_out(
                self.random.sample(sorted(there), k=min(len(there), self.random.randint(1, 2)))
            )

    def post(self):
        pks = list(Post.objects.order_by("pk").values_list("pk", flat=True))
        return Post.objects.get(pk=self.random.choice(pks)) if pks else None

    def change(self, values):
        if post := self.post():
            posts.change(post, values, by=self.editor)

    def edit(self):
        moment = dt.datetime.fromisoformat(f"{self.day()}T09:30+08:00")
        values = [
            {"title": self.words()},
            {"published_at": moment},
            {"body_html": f"<p>{self.words()}。</p>"},
            {"tags": list(Tag.objects.order_by("pk"))[:2]},
        ]
        self.change(self.random.choice(values))

    def show_or_hide(self):
        self.change({"status": self.random.choice(["hidden", "published", "draft"])})

    def give_back(self):
        if post := self.post():
            fields = self.random.sample(["title", "status", "published_at", "tags"], k=2)
            posts.restore_imported(post, fields, by=self.editor)

    def write(self):
        values = {"title": self.words(), "published_at": timezone.now(), "digest": self.words()}
        posts.create(values, by=self.editor)

    def schedule(self):
        self.change({"published_at": timezone.now() + dt.timedelta(milliseconds=150)})

    def erase(self):
        if post := self.post():
            self.contents = {
                name: content
                for name, content in self.contents.items()
                if not post.documents.filter(file_name=name).exists()
            }
            erasing.erase(post, by=self.editor, why="").delete()  # so that it may come again
            self.erased[post.slug] = timezone.now()


def test_the_archive_had_what_it_showed(get, settings, editor, monkeypatch):
    settings.API_LIMIT = 0
    Security.objects.create(market=1, code="600519", name="贵州茅台", names=["贵州茅台"])
    desk = Desk(Random(SEED), editor)

    def shown(query=""):
        found = get(f"posts?limit=200&fields={FIELDS}{query}")["posts"]
        return {post["slug"]: post for post in found}

    seen = []
    for _ in range(30):
        desk.act()
        moment = timezone.now()
        with monkeypatch.context() as clock:
            clock.setattr(timezone, "now", lambda moment=moment: moment)
            seen.append((moment, shown()))
    wait_until(lambda: not Post.objects.scheduled().exists())
    now = shown()
    for moment, then in seen:
        there = {
            slug: post
            for slug, post in then.items()
            if slug in now and desk.erased.get(slug, moment) <= moment
        }
        assert shown(f"&known_at={quote(moment.isoformat())}") == there
