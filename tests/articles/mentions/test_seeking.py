import pytest

from articles.mentions import seeking
from articles.models import FacetCount, Security, SoughtName

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(indexed):
    return indexed(title="早盘", body_text="贵州茅台走强")


def moutai(**more):
    return Security.objects.create(
        market=1, code="600519", kind="stock", name="贵州茅台", names=["贵州茅台"], **more
    )


def test_a_post_that_was_stored_before_a_name_was_known_gets_it(post):
    seeking.seek()
    security = moutai()
    assert seeking.seek() == 1
    assert [one.security for one in post.mention_set.all()] == [security]
    assert FacetCount.objects.get(facet=Security.facet, key=security.pk).posts == 1


def test_a_post_loses_a_name_that_is_taken_away(post):
    security = moutai()
    seeking.seek()
    security.name, security.names = "", []
    security.save()
    assert seeking.seek() == 1
    assert not post.mention_set.exists()
    assert seeking.seek() == 0


def test_a_name_is_looked_for_once(post):
    moutai()
    seeking.seek()
    assert seeking.seek() == 0
    assert {*SoughtName.objects.values_list("text", flat=True)} == {"贵州茅台", "600519"}
    seeking.forget(["贵州茅台"])
    assert seeking.seek() == 1


@pytest.mark.parametrize(
    ("market", "code", "name", "written"),
    [
        (1, "600519", "贵州茅台", "贵州 茅台"),
        (1, "688981", "中芯国际-U", "中芯国际-UW"),
        (1, "600519", "", "600519.XSHG"),
        (116, "00700", "", "700.HK"),
        (106, "BRK.B", "", "BRK-B"),
        (90, "BK0456", "家电行业", "家电板块"),
        (90, "BK0816", "新零售概念", "新零售板块"),
        (116, "00700", "腾讯控股", "Tencent"),
        (116, "01810", "小米集团-W", "小米公司"),
    ],
)
def test_old_posts_are_looked_for_in_every_spelling(indexed, market, code, name, written):
    post = indexed(title=f"今日{written}走强")
    kind = "board" if market == 90 else "stock"
    Security.objects.create(market=market, code=code, kind=kind, name=name, names=[name])
    assert seeking.seek() == 1
    assert post.securities.get().code == code


def test_old_posts_are_looked_for_by_the_name_that_shares_have_elsewhere(indexed):
    Security.objects.create(market=0, code="002594", kind="stock", name="比亚迪", names=["比亚迪"])
    post = indexed(title="比亚迪H股走强")
    seeking.seek()
    name = "比亚迪股份"
    Security.objects.create(market=116, code="01211", kind="stock", name=name, names=[name])
    assert seeking.seek() == 1
    assert post.securities.get().code == "01211"


def test_an_english_name_is_looked_for_without_its_legal_form(indexed):
    post = indexed(title="Kweichow Moutai下跌")
    moutai(english_name="Kweichow Moutai Co., Ltd.")
    assert seeking.seek() == 1
    assert post.mention_set.get().in_title


def test_other_posts_are_left_alone(indexed, post):
    indexed(title="别的", body_text="别的")
    moutai()
    assert list(seeking.posts_with({"贵州茅台"})) == [[post.pk]]


def test_drafts_are_looked_through_too(indexed):
    draft = indexed(title="贵州茅台", status="draft")
    moutai()
    seeking.seek()
    assert draft.mention_set.count() == 1


def test_many_names_are_looked_for_in_all_posts(post, monkeypatch):
    monkeypatch.setattr(seeking, "FEW", 0)
    moutai()
    assert seeking.seek() == 1
    assert post.mention_set.count() == 1


def test_a_call_that_was_stopped_is_repeated_by_the_next(post):
    def stop():
        raise KeyboardInterrupt

    moutai()
    with pytest.raises(KeyboardInterrupt):
        seeking.seek(stop)
    assert not SoughtName.objects.exists()
    assert seeking.seek() == 1


def test_more_posts_than_may_be_done_at_once_are_left_for_later(indexed, post):
    indexed(title="贵州茅台", body_text="无")
    moutai()
    assert seeking.seek(most=1) == 0
    assert seeking.seek(most=2) == 2
