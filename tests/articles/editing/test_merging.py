import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from articles import reindexing
from articles.editing import (
    bulk,
    history,
    merging,
    posts,
)
from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.reparse import derive_again
from articles.importing.storing.batch import write
from articles.mentions.storing import recognise
from articles.models import (
    Category,
    Document,
    Facet,
    FacetCount,
    FormerName,
    Mention,
    MentionDecision,
    Post,
    PostTag,
    Security,
    Source,
    Tag,
)

pytestmark = pytest.mark.django_db


def merge(editor, terms, target, why=""):
    bulk.start(merging.create(terms, target, by=editor, why=why))


@pytest.fixture
def documents(tmp_path):
    call_command("make_sample_posts", tmp_path / "posts", count=40, verbosity=0)
    found = [
        read(Found(path.name, content=path.read_bytes()))
        for path in sorted((tmp_path / "posts").iterdir())
    ]
    write(found)
    return found


def test_a_term_is_not_merged_into_itself():
    kept, gone = (Tag.objects.create(name=name, slug=name) for name in "ab")
    assert merging.merge_into(kept, [kept, gone]) == merging.Merge((gone,), kept)
    with pytest.raises(ValidationError, match="只选了这一项"):
        merging.merge_into(kept, [kept])


def used(model):
    return list(model.objects.most_used_first()[:2])


def fully_indexed():
    return list(reindexing.check()) == []


@pytest.mark.parametrize("model", [Source, Category, Tag, Security])
def test_posts_move_search_follows_and_the_next_import_brings_nothing_back(
    documents, editor, model
):
    target, gone = used(model)
    join = {Source: "source", Category: "categories", Tag: "tags", Security: "securities"}[model]
    had = set(Post.objects.filter(**{f"{join}__in": [target, gone]}))

    merge(editor, [gone], target)

    assert not model.objects.filter(pk=gone.pk).exists()
    assert set(Post.objects.filter(**{join: target})) == had
    assert fully_indexed()
    assert target.__class__.objects.with_post_counts().get(pk=target.pk).post_count == len(had)
    names = set(model.objects.values_list("pk", flat=True))
    for again in (
        lambda: write(documents),
        lambda: derive_again([new.parsed.slug for new in documents]),
    ):
        again()
        assert set(model.objects.values_list("pk", flat=True)) == names
        assert set(Post.objects.filter(**{join: target})) == had
        assert fully_indexed()


@pytest.mark.parametrize("model", [Source, Category, Tag, Security])
def test_old_addresses_redirect(documents, editor, client, model):
    target, gone = used(model)
    old, new = gone.get_absolute_url(), target.get_absolute_url()
    merge(editor, [gone], target)
    for suffix in ("", "?from=2022-01-01", "feed.xml"):
        response = client.get(old + suffix)
        assert (response.status_code, response["Location"]) == (301, new + suffix)
    assert client.get(new).status_code == 200


def test_the_old_page_of_a_category_redirects_and_old_addresses_of_posts_still_do(
    documents, editor, client
):
    target, gone = used(Category)
    post = Post.objects.filter(categories=gone, slug__regex=r"^\d{18}$").first()
    merge(editor, [gone], target)
    assert client.get(f"/category/{gone.slug}.html")["Location"] == target.get_absolute_url()
    old = f"/{gone.slug}/2022/03/04/NW{post.slug}.html"
    assert client.get(old)["Location"] == post.get_absolute_url()


def test_a_post_that_has_both_has_the_one_once_and_in_the_first_place(indexed, editor):
    post = indexed(tags=["甲", "乙", "丙"])
    a, b, c = (Tag.objects.get(name=name) for name in "甲乙丙")
    merge(editor, [a, b], c)
    assert list(PostTag.objects.filter(post=post).values_list("tag", "position")) == [(c.pk, 0)]


def test_what_was_merged_before_moves_on(indexed, editor, client):
    for name in "甲乙丙":
        indexed(source=name)
    a, b, c = (Source.objects.get(name=name) for name in "甲乙丙")
    merge(editor, [a], b)
    merge(editor, [b], c)
    assert Source.objects.called("甲") == c
    assert client.get("/source/s-甲/")["Location"] == c.get_absolute_url()


def test_names_of_securities_are_folded_and_the_target_keeps_its_own(indexed, editor):
    post = indexed(securities=[("0.000001", "深发展A")])
    indexed(securities=[("0.000002", "平安银行")])
    old, new = Security.objects.order_by("code")
    merge(editor, [old], new)
    new.refresh_from_db()
    assert (new.name, new.names) == ("平安银行", ["平安银行", "深发展A"])
    assert Mention.objects.get(post=post).security == new
    assert Security.objects.called("0.000001") == new


def test_the_target_keeps_its_name_though_posts_of_the_others_are_newer(editor):
    for number, (code, name) in enumerate([("000001", "平安银行"), ("000002", "深发展A")]):
        write([marking(code, name, number)])
    target, gone = Security.objects.order_by("code")
    merge(editor, [gone], target)
    target.refresh_from_db()
    assert (target.name, target.names) == ("平安银行", ["平安银行", "深发展A"])


def marking(code, name, number):
    text = f"---\ntitle: 早盘\ndate: 2022-03-0{number + 1}\n---\n"
    text += f'<p><a data-code="0,{code}">{name}</a>走强。</p>'
    return read(Found(f"2022-03-0{number + 1}-note.md", content=text.encode()))


def test_decisions_and_days_of_names_are_those_of_the_target(indexed, editor):
    post = indexed(securities=[("0.000001", "深发展A"), ("0.000002", "平安银行")])
    old, new = Security.objects.order_by("code")
    MentionDecision.objects.create(post=post, security=old, is_named=True)
    FormerName.objects.create(security=old, name="深发展A")
    merge(editor, [old], new)
    assert MentionDecision.objects.get().security == new
    assert FormerName.objects.get().security == new


@pytest.mark.parametrize(
    ("of_the_old", "of_the_new", "is_named", "decision"),
    [
        (False, None, True, None),
        (None, False, True, None),
        (False, False, False, False),
        (True, False, True, True),
        (False, True, True, True),
    ],
)
def test_a_security_is_taken_out_only_where_no_other_of_the_merge_is_named(
    indexed, editor, of_the_old, of_the_new, is_named, decision
):
    old = Security.objects.create(market=0, code="000001", kind="stock", name="深发展A")
    new = Security.objects.create(market=0, code="000002", kind="stock", name="平安银行")
    post = indexed(title="深发展A、平安银行：公告")
    for security, wanted in ((old, of_the_old), (new, of_the_new)):
        if wanted is not None:
            MentionDecision.objects.create(post=post, security=security, is_named=wanted)
    recognise([post.pk])

    merge(editor, [old], new)

    for _ in range(2):
        assert post.securities.filter(pk=new.pk).exists() == is_named
        decided = MentionDecision.objects.filter(post=post).values_list("is_named", flat=True)
        assert list(decided) == ([] if decision is None else [decision])
        recognise([post.pk])


def test_hidden_posts_and_drafts_move_too(make_post, editor):
    hidden = make_post(source="甲", status="hidden")
    make_post(source="乙")
    merge(editor, [Source.objects.get(name="甲")], Source.objects.get(name="乙"))
    hidden.refresh_from_db()
    assert str(hidden.source) == "乙"


def test_history_says_who_and_why_and_posts_keep_what_they_were_called_then(indexed, editor):
    post = indexed(source="甲", tags=["旧"])
    indexed(source="乙")
    posts.change(post, {"title": "新"}, by=editor)
    merge(editor, [Source.objects.get(name="甲")], Source.objects.get(name="乙"), why="同一家")
    target = Source.objects.get(name="乙")
    assert target.history.first().history_change_reason == "甲 → 乙：同一家"
    assert Source.history.filter(history_type="-").get().history_user == editor

    posts.change(post, {"title": "更新"}, by=editor)
    newest, *_ = history.steps(post, 5)
    assert [change.field for change in newest.changes] == ["title"]
    posts.restore_version(post, post.history.last(), by=editor)
    post.refresh_from_db()
    assert post.source == target


def test_nothing_becomes_the_editors_own(documents, editor):
    target, gone = used(Tag)
    merge(editor, [gone], target)
    assert not Post.objects.edited_by_hand().exists()


def test_a_document_that_is_new_is_put_under_the_one(documents, editor):
    target, gone = used(Source)
    content = bytes(Document.objects.filter(post__source=gone).first().content)
    merge(editor, [gone], target)
    write([read(Found("2022-03-04-202203049999999999.md", content=content))])
    assert Document.objects.get(file_name__contains="9999999999").post.source == target


def test_counts_of_what_is_gone_are_nil(documents, editor):
    target, gone = used(Tag)
    merge(editor, [gone], target)
    assert not FacetCount.objects.filter(facet=Facet.TAG, key=gone.pk, posts__gt=0).exists()


def test_filters_and_search_know_it_by_what_it_was_called(indexed, editor, client):
    indexed(source="甲", tags=["一"], securities=[("0.000001", "深发展A")], title="旧")
    indexed(source="乙", tags=["二"], securities=[("0.000002", "平安银行")], title="新")
    for model in (Source, Tag, Security):
        gone, target = model.objects.order_by("pk")
        merge(editor, [gone], target)
    for query in (
        {"source": "s-甲"},
        {"tag": "t-一"},
        {"security": "0.000001"},
        {"q": "来源：甲"},
        {"q": "标签：一"},
        {"q": "代码：000001"},
        {"q": "代码：0.000001"},
        {"q": "代码：深发展A"},
    ):
        page = client.get("/posts/", query, follow=True)
        assert len(page.context["listing"].posts) == 2, query
