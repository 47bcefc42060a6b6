import datetime as dt
from urllib.parse import unquote, urlencode

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from articles.editing import bodies
from articles.models import (
    Category,
    Post,
    SearchEntry,
    Security,
    Source,
    Tag,
)
from tests.articles.admin.posts import TEXT, address, filled
from tests.articles.imported import import_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(db):
    return import_text(TEXT)


def change(client, post, **changes):
    url = address(post)
    response = client.post(url, filled(client.get(url), **changes))
    assert response.status_code == 302, response.context["errors"]
    post.refresh_from_db()


class TestChanging:
    def test_a_changed_field_is_marked_and_survives_the_next_import(self, admin_client, post):
        change(admin_client, post, title="碳酸锂回落", why="更正")
        assert (post.title, post.hand_edited) == ("碳酸锂回落", ["title"])
        assert post.history.first().history_change_reason == "更正"
        assert post.history.first().history_user.username == "admin"

        import_text(TEXT.replace("锂价回落", "锂价大跌").replace("走弱", "走强"))

        post.refresh_from_db()
        assert (post.title, post.body_text) == ("碳酸锂回落", "锂价走强。")

    def test_saving_without_a_change_marks_nothing(self, admin_client, post):
        Post.objects.update(body_html="<p>一</p>\n <p>二</p>", digest="甲\n乙 ")
        change(admin_client, post)
        assert post.hand_edited == []
        assert post.history.count() == 0

    def test_a_body_is_sanitised_and_its_text_follows(self, admin_client, post):
        body = '<p onclick="x()">新<b>正文</b><script>x()</script></p>'
        change(admin_client, post, body_html=body)
        assert (post.body_html, post.body_text) == ("<p>新<b>正文</b></p>", "新正文")

    def test_a_category_taken_off_stays_off(self, admin_client, post):
        change(admin_client, post, categories=[])
        assert not post.categories.exists()
        import_text(TEXT.replace("走弱", "走强"))
        assert not post.categories.exists()

    def test_tags_keep_the_order_in_which_they_were_chosen(self, admin_client, post):
        tags = [Tag.objects.create(name=name, slug=name) for name in ("z", "a")]
        change(admin_client, post, tags=[tag.pk for tag in tags])
        assert list(post.tags.order_by("posttag__position")) == tags
        form = admin_client.get(address(post)).context["adminform"].form
        assert [option.data["label"] for option in form["tags"].subwidgets] == ["z", "a"]

    def test_an_edit_is_found_in_the_very_next_search(self, admin_client, client, post):
        change(admin_client, post, title="沪惠保上线")
        assert "沪惠保" in client.get("/posts/?q=沪惠保").content.decode()


class TestImportedValues:
    def test_they_are_shown_beside_what_was_changed(self, admin_client, post):
        change(admin_client, post, title="碳酸锂回落", tags=[])
        page = admin_client.get(address(post)).content.decode()
        assert "<b>锂价回落</b>" in page
        assert "<b>东财滚动新闻</b>" in page
        assert page.count('name="_restore"') == 2

    def test_one_is_restored_and_the_field_is_the_imports_again(self, admin_client, post):
        change(admin_client, post, title="碳酸锂回落", digest="别的")
        change(admin_client, post, _restore="title")
        assert (post.title, post.digest, post.hand_edited) == ("锂价回落", "别的", ["digest"])


class TestHistory:
    def test_an_earlier_version_is_restored(self, admin_client, post):
        change(admin_client, post, title="碳酸锂回落", tags=[], why="更正")
        page = admin_client.get(address(post, "history")).content.decode()
        assert "更正" in page
        imported = post.history.last()
        restore = reverse("admin:articles_post_restore", args=[post.pk, imported.pk])
        assert admin_client.get(restore).status_code == 405
        admin_client.post(restore, {"why": "改回"})
        post.refresh_from_db()
        assert post.title == "锂价回落"
        assert post.tags.count() == 1
        assert post.history.first().history_change_reason == "改回"

    def test_a_hidden_post_stays_hidden_unless_its_status_is_chosen(self, admin_client, post):
        change(admin_client, post, title="碳酸锂回落", status="hidden")
        imported = post.history.last()
        restore = reverse("admin:articles_post_restore", args=[post.pk, imported.pk])
        assert "连同状态：已发布" in admin_client.get(address(post, "history")).content.decode()

        admin_client.post(restore)
        post.refresh_from_db()
        assert (post.title, post.status) == ("锂价回落", "hidden")

        admin_client.post(restore, {"status": "on"})
        post.refresh_from_db()
        assert post.status == "published"
        assert "连同状态" in admin_client.get(address(post, "history")).content.decode()


class TestTwoEditors:
    def test_the_second_is_told_and_nothing_is_overwritten(self, admin_client, post):
        opened = admin_client.get(address(post))
        change(admin_client, post, title="甲的标题", digest="甲的摘要")

        page = admin_client.post(address(post), filled(opened, title="乙的标题"))

        assert page.status_code == 200
        assert "admin修改了这篇文章" in page.content.decode()
        post.refresh_from_db()
        assert (post.title, post.digest) == ("甲的标题", "甲的摘要")
        rows = {
            row["label"]: (row["theirs"], row["yours"])
            for row in page.context["adminform"].form.conflict
        }
        assert rows == {"标题": ("甲的标题", "乙的标题"), "摘要": ("甲的摘要", "")}

    def test_what_only_the_first_changed_is_taken_over_on_saving_again(self, admin_client, post):
        opened = admin_client.get(address(post))
        later = {"published_at_0": "2022-03-05", "published_at_1": "10:00:00"}
        change(admin_client, post, title="甲的标题", digest="甲的摘要", tags=[], **later)
        page = admin_client.post(address(post), filled(opened, title="乙的标题"))

        again = {
            key: page.context["adminform"].form.data.getlist(key)
            for key in page.context["adminform"].form.data
        }
        assert admin_client.post(address(post), again).status_code == 302

        post.refresh_from_db()
        assert (post.title, post.digest) == ("乙的标题", "甲的摘要")
        assert not post.tags.exists()
        assert timezone.localtime(post.published_at) == dt.datetime(
            2022, 3, 5, 10, tzinfo=timezone.get_default_timezone()
        )

    def test_an_import_that_came_between_is_told_too(self, admin_client, post):
        opened = admin_client.get(address(post))
        import_text(TEXT.replace("走弱", "走强"))
        page = admin_client.post(address(post), filled(opened, title="乙的标题"))
        assert "一次导入修改了这篇文章" in page.content.decode()


class TestStates:
    def test_hiding_takes_it_from_readers_and_imports_leave_it_hidden(
        self, admin_client, client, post
    ):
        change(admin_client, post, status="hidden")
        assert client.get(post.get_absolute_url()).status_code == 410
        import_text(TEXT.replace("走弱", "走强"))
        assert client.get(post.get_absolute_url()).status_code == 410
        assert not SearchEntry.objects.exists()

    def test_a_time_to_come_schedules_it(self, admin_client, client, post):
        change(admin_client, post, published_at_0="2099-01-01", published_at_1="08:00:00")
        assert post.is_scheduled
        assert client.get(post.get_absolute_url()).status_code == 404
        assert post.title not in client.get("/posts/").content.decode()

    def test_joins_follow_a_changed_time(self, admin_client, post):
        change(admin_client, post, published_at_0="2022-03-05", published_at_1="10:00:00")
        assert post.postcategory_set.get().published_at == post.published_at
        assert post.hand_edited == ["published_at"]

    def test_posts_are_hidden_not_deleted(self, admin_client, post):
        assert admin_client.get(address(post, "delete")).status_code == 403


class TestWriting:
    def test_a_post_is_written_from_nothing(self, admin_client, client):
        source = Source.objects.create(name="本站", slug="benzhan")
        category = Category.objects.create(slug="sitenews", name="本站")
        add = reverse("admin:articles_post_add")
        data = filled(
            admin_client.get(add),
            title="系统维护",
            body_html="今晚**停机**。",
            status="published",
            source=source.pk,
            categories=[category.pk],
            published_at_0="2022-03-05",
            published_at_1="10:00:00",
        )
        assert admin_client.post(add, data).status_code == 302
        page = client.get(Post.objects.get().get_absolute_url())
        assert "<p>今晚<strong>停机</strong>。</p>" in page.content.decode()
        assert list(client.get("/category/sitenews/").context["listing"].posts) == [
            Post.objects.get()
        ]


class TestTheListThatOneCameFrom:
    @pytest.fixture
    def drafts(self, indexed):
        days = ("2022-03-01", "2022-03-03", "2022-03-02")
        for day in days:
            indexed(f"{day} 09:30", title=f"茅台{day[-1]}", status="draft")
        indexed("2022-03-02 10:30", title="茅台已发布")
        indexed("2022-03-02 11:30", title="五粮液", status="draft")
        return {post.title: post for post in Post.objects.all()}

    def save(self, client, post, filters, button="_save"):
        url = address(post)
        if filters:
            url += f"?{urlencode({'_changelist_filters': filters})}"
        data = filled(client.get(url), status="published") | {button: ""}
        response = client.post(url, data, follow=True)
        return response, response.redirect_chain[-1][0]

    @pytest.mark.parametrize("button", ["_save", "_publish"])
    def test_it_keeps_its_filters_order_and_page(self, admin_client, drafts, button):
        filters = "state=draft&q=茅台&o=1&p=1"
        _page, url = self.save(admin_client, drafts["茅台2"], filters, button)
        assert unquote(url) == f"/admin/articles/post/?{filters}"

    @pytest.mark.parametrize("button", ["_continue", "_restore", "_next"])
    def test_the_form_keeps_the_way_back_to_it(self, admin_client, drafts, button):
        page, _url = self.save(admin_client, drafts["茅台2"], "state=draft&o=1", button)
        assert "/admin/articles/post/?state=draft&amp;o=1" in page.content.decode()

    @pytest.mark.parametrize(
        ("filters", "path"),
        [
            ("", ["茅台3", "五粮液", "茅台已发布", "茅台2", "茅台1"]),
            ("state=draft", ["茅台3", "五粮液", "茅台2", "茅台1"]),
            ("state=draft&q=茅台&p=1", ["茅台3", "茅台2", "茅台1"]),
            ("q=茅台&o=1", ["茅台1", "茅台2", "茅台已发布", "茅台3"]),
        ],
    )
    def test_save_and_next_goes_through_it_in_its_order(self, admin_client, drafts, filters, path):
        walked, post = [path[0]], drafts[path[0]]
        for _ in path[1:]:
            page, _url = self.save(admin_client, post, filters, "_next")
            post = page.context["original"]
            walked.append(post.title)
        assert walked == path
        page, url = self.save(admin_client, post, filters, "_next")
        assert unquote(url).partition("?")[::2] == ("/admin/articles/post/", filters)
        assert "这是列表中的最后一篇" in page.content.decode()

    def test_a_list_that_makes_no_sense_has_no_next(self, admin_client, drafts):
        page, _url = self.save(admin_client, drafts["茅台2"], "source=x", "_next")
        assert page.status_code == 200
        assert "这是列表中的最后一篇" in page.content.decode()


class TestPublishing:
    def test_a_button_publishes_what_the_form_holds(self, admin_client, post):
        Post.objects.update(status="draft")
        change(admin_client, post, title="新题", _publish="")
        assert (post.status, post.title, post.hand_edited) == (
            "published",
            "新题",
            ["status", "title"],
        )
        assert 'name="_publish"' not in admin_client.get(address(post)).content.decode()


class TestPreview:
    def test_it_shows_what_stands_in_the_form_in_a_frame_of_ours_and_saves_nothing(
        self, admin_client, post
    ):
        data = filled(admin_client.get(address(post)), title="试看", body_html="<p>新<script></p>")
        page = admin_client.post(address(post, "preview"), data)
        assert "试看" in page.content.decode()
        assert '<div class="body" lang="zh-Hans"><p>新</p></div>' in page.content.decode()
        assert page["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
        post.refresh_from_db()
        assert post.title == "锂价回落"

    def test_names_of_securities_are_links_as_they_will_be(self, admin_client, post):
        Security.objects.create(market=0, code="300750", kind="stock", name="宁德时代")
        data = filled(admin_client.get(address(post)), body_html="<p>宁德时代走强</p>")
        page = admin_client.post(address(post, "preview"), data).content.decode()
        link = '<a class="security" data-code="0.300750" href="/security/0.300750/">宁德时代</a>'
        assert f"<p>{link}走强</p>" in page

    def test_a_new_post_is_previewed_too(self, admin_client):
        data = filled(admin_client.get(reverse("admin:articles_post_add")), title="试看")
        page = admin_client.post(reverse("admin:articles_post_preview_new"), data)
        assert "试看" in page.content.decode()

    def test_a_text_that_costs_too_much_says_so_and_stops_nothing(
        self, admin_client, post, monkeypatch, settings
    ):
        monkeypatch.setattr(bodies, "SECONDS", 0)
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
        data = filled(admin_client.get(address(post)), body_html="<p>文</p>" * 1_500_000)
        page = admin_client.post(address(post, "preview"), data)
        assert page.status_code == 422
        assert "这段文字无法读取：耗用的处理器时间太多。" in page.content.decode()
        assert "耗用的处理器时间太多" in admin_client.post(address(post), data).content.decode()
        post.refresh_from_db()
        assert post.body_html == "<p>锂价走弱。</p>"

    def test_it_tells_whether_readers_see_the_post(self, admin_client, post):
        data = filled(admin_client.get(address(post)))
        for status, told in [
            ("published", "读者看到的是上次保存的内容"),
            ("draft", "读者现在还看不到"),
            ("hidden", "读者现在还看不到"),
        ]:
            Post.objects.update(status=status)
            page = admin_client.post(address(post, "preview"), data).content.decode()
            assert told in page, status

    def test_a_text_that_was_not_touched_is_not_read_again(self, admin_client, post, monkeypatch):
        monkeypatch.setattr(bodies, "SECONDS", 0)
        Post.objects.update(body_html="<p>文</p>" * 200_000)
        change(admin_client, post, title="改")
        assert post.title == "改"

    def test_readers_may_not(self, client, post):
        assert client.post(address(post, "preview"), {}).status_code == 302


class TestErasing:
    def test_it_tells_what_goes_and_wants_the_slug_and_a_reason(self, admin_client, post):
        erase = address(post, "erase")
        assert erase in admin_client.get(address(post)).content.decode()
        assert "2022-03-04-202203040000000001.md" in admin_client.get(erase).content.decode()
        for wrong in ({}, {"slug": post.slug}, {"slug": "1", "why": "判决"}):
            assert admin_client.post(erase, wrong).status_code == 200
        assert Post.objects.exists()
        admin_client.post(erase, {"slug": post.slug, "why": "判决"})
        assert not Post.objects.exists()
        assert "判决" in admin_client.get("/admin/articles/erasure/").content.decode()


class TestPreviewLinks:
    def test_they_are_made_listed_and_revoked(self, admin_client, client, post):
        Post.objects.update(status="draft")
        links = address(post, "links")
        admin_client.post(links, {"_make": ""})
        [link] = post.preview_links.all()
        assert str(link.made_by) == "admin"
        for page in (links, address(post)):
            assert link.get_absolute_url() in admin_client.get(page).content.decode()
        admin_client.post(links, {"_revoke": link.token})
        assert client.get(link.get_absolute_url()).status_code == 410
        assert link.get_absolute_url() not in admin_client.get(links).content.decode()

    def test_a_post_that_readers_see_needs_none(self, admin_client, post):
        admin_client.post(address(post, "links"), {"_make": ""})
        assert not post.preview_links.exists()


def test_what_only_imports_write_is_shown_and_not_editable(admin_client, post):
    page = admin_client.get(address(post)).content.decode()
    assert "202203040000000001" in page
    assert 'name="slug"' not in page


def test_whoever_may_only_look_sees_a_draft_and_cannot_change_it(client, post, django_user_model):
    Post.objects.update(status="draft")
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_post"))
    client.force_login(reader)
    page = client.get(address(post))
    assert "锂价回落" in page.content.decode()
    assert 'name="_save"' not in page.content.decode()
    assert client.post(address(post), {"title": "x"}).status_code == 403
    assert client.post(address(post, "preview"), {}).status_code == 403


def test_only_what_readers_see_is_shown_on_the_site(admin_client, post):
    link = 'class="viewsitelink"'
    assert link in admin_client.get(address(post)).content.decode()
    for changes in (
        {"status": "draft"},
        {"status": "hidden"},
        {"status": "published", "published_at": "2099-01-01T00:00Z"},
    ):
        Post.objects.update(**changes)
        assert link not in admin_client.get(address(post)).content.decode()
