"""Latin words and figures that are written as one."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posts(indexed):
    indexed("2022-03-01 09:00", title="新品", body_text="苹果的 iPhone 15，与 Covid‑19 无关")
    indexed(
        "2022-03-02 09:00", title="指数", body_text="S&P 500 创新高，Smith—Jones 称，Asia Pacific"
    )
    indexed("2022-03-03 09:00", title="代码", body_text="买 SH 600519 的人，F35 除外")


def found(client, text):
    listing = client.get("/posts/", {"q": text}).context["listing"]
    return [post.title for post in listing.posts], listing.notes


@pytest.mark.parametrize(
    ("text", "title", "ways"),
    [
        ("covid19", "新品", "covid 19、covid-19"),
        ("COVID19", "新品", "COVID 19、COVID-19"),
        ("S&P500", "指数", "S&P 500、S&P-500"),
        ("SmithJones", "指数", "Smith Jones、Smith-Jones"),
        ("AsiaPacific", "指数", "Asia Pacific、Asia-Pacific"),
        ("COVID１９", "新品", "COVID 19、COVID-19"),
    ],
)
def test_they_are_looked_for_apart_if_no_post_has_them_as_one(client, text, title, ways):
    assert found(client, text) == ([title], (f"没有文章含有“{text}”：以下是提及{ways}的文章。",))


def test_a_capital_within_a_word_may_part_it_or_not(client):
    assert found(client, "iPhone15")[0] == ["新品"]
    assert found(client, "苹果 iPhone15")[0] == ["新品"]
    assert found(client, "iPhone15 | 绝无此词")[0] == ["新品"]


@pytest.mark.parametrize(
    "text", ["“covid19”", "netzero", "SH600519", "创新高 -covid19", "smithjones"]
)
def test_they_stay_as_they_are_elsewhere(client, text):
    titles, notes = found(client, text)
    assert titles == (["指数"] if "创新高" in text else [])
    assert not any("、" in note for note in notes)


def test_what_a_post_has_as_one_is_that(client):
    assert found(client, "F35") == (["代码"], ())


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("modely", "model y"),
        ("特斯拉modely", "特斯拉model y"),
        ("iphone14promax", "iphone 14 pro max"),
        ("ARJ21700", "ARJ21-700"),
        ("F-35", "F35"),
        ("rtx-4090", "rtx 4090"),
        ("MODEL-Y", "MODEL Y"),
        ("dmi", "dm-i"),
    ],
)
def test_they_are_looked_for_with_a_seam_elsewhere_as_a_post_has_it(client, indexed, text, way):
    body = "特斯拉Model Y降价，iPhone 14 Pro Max，ARJ21-700和F35，RTX 4090，DM-i"
    indexed("2022-03-04 09:00", title="型号", body_text=body)
    note = f"没有文章含有“{text}”：以下是提及{way}的文章。"
    assert found(client, text) == (["型号", "代码"] if way == "F35" else ["型号"], (note,))


def test_they_may_have_chinese_beside_them(client, indexed):
    indexed("2022-03-04 09:00", title="型号", body_text="特斯拉 Model Y 全系降价，新冠 covid 19")
    for text in ("modely降价", "特斯拉modely降价", "新冠covid19"):
        titles, notes = found(client, text)
        assert titles == ["型号"]
        assert len(notes) == 1


def test_their_ways_are_listed_in_the_language_of_the_page(client):
    listing = client.get("/posts/", {"q": "covid19"}, HTTP_ACCEPT_LANGUAGE="en").context["listing"]
    assert listing.notes == ("No post has “covid19”: these are about covid 19, covid-19.",)
