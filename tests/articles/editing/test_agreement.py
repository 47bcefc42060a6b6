"""However a post came to name a company, every page counts it, and none one that was taken out."""

import pytest

from articles.changes import posts_changed
from articles.editing import posts
from articles.mentions import storing
from articles.models import Security

pytestmark = pytest.mark.django_db

MAOTAI = ("1.600519", "贵州茅台")


@pytest.fixture
def archive(indexed, editor):
    maotai = Security.objects.create(
        market=1, code="600519", kind="stock", name="贵州茅台", stated_name="贵州茅台"
    )
    marked = indexed("2022-03-01 09:00", title="甲", body_text="白酒", securities=[MAOTAI])
    recognised, pinned, added, taken_out = (
        indexed(f"2022-03-0{day} 09:00", title=title, body_text="早盘贵州茅台走强。")
        for day, title in enumerate("乙丙丁戊", 2)
    )
    every = [one.pk for one in (marked, recognised, pinned, added, taken_out)]
    storing.recognise(every)
    posts.pin_securities(pinned, by=editor)
    posts.change(pinned, {"body_html": "<p>早盘走强。</p>"}, by=editor)
    posts.change(added, {"body_html": "<p>早盘走强。</p>"}, by=editor)
    posts.change(added, {"securities": [maotai]}, by=editor)
    posts.change(taken_out, {"securities": []}, by=editor)
    posts_changed(every)


@pytest.mark.parametrize(
    "address", ["/security/1.600519/", "/posts/?q=code:600519", "/posts/?security=1.600519"]
)
def test_lists_of_a_company_have_the_same_posts(client, archive, address):
    listing = client.get(address).context["listing"]
    assert "".join(post.title for post in listing.posts) == "丁丙乙甲"
    assert listing.summary.count == 4


def test_the_card_and_the_facet_count_as_many(client, archive):
    [card] = client.get("/posts/?q=贵州茅台").context["listing"].cards
    assert card.post_count == 4
    facets = client.get("/posts/").context["listing"].facets
    [link] = [link for group in facets for link in group.links if link.name == "贵州茅台"]
    assert link.posts == 4
