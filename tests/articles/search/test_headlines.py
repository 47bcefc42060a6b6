"""Headlines that were pasted with something around them, or with other signs."""

import pytest

from tests.html import parsed

pytestmark = pytest.mark.django_db

HOLDER = "仙坛股份：实控人计划增持3亿元-6亿元"
QUOTING = "佩斯科夫：不支持对“不友好国家”公司资产进行国有化"
STOPPED = "联化科技两家子公司临时停产 明日复牌"


@pytest.fixture(autouse=True)
def posts(indexed):
    # Posts that have the words around headlines, in which a cut would find them.
    rest = "快讯 新浪财经 证券时报 原标题 仙坛股份 联化科技 临时停产"
    indexed("2022-03-09 09:00", title="另一篇", body_text=rest)
    indexed("2022-03-08 09:00", title="又一篇", source="界面新闻", body_text="来自界面新闻 1. 2%")
    stock = [("0.002746", "仙坛股份")]
    indexed("2022-03-01 09:00", title=HOLDER, body_text="无", securities=stock)
    indexed("2022-03-02 09:00", title=QUOTING, body_text="无")
    indexed("2022-03-03 09:00", title=STOPPED, body_text="无")
    indexed("2022-03-04 09:00", title="3、4月份汽车销量增长明显 1.", body_text="无")


def found(client, text, **parameters):
    listing = client.get("/posts/", {"q": text, **parameters}).context["listing"]
    return [post.title for post in listing.posts], listing.cut and [*listing.cut.notes]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        (f"原标题：{HOLDER}", "“原标题：”"),
        (f"快讯: {HOLDER}", "“快讯:”"),
        (f"转发：快讯：{HOLDER}", "“转发：”和“快讯：”"),
        (f"【快讯】{HOLDER}", "“【快讯】”"),
        (f"#增持 计划# {HOLDER}", "“#增持 计划#”"),
        (f"1. {HOLDER}", "“1.”"),
        (f"①{HOLDER}", "“①”"),
        (f"{HOLDER} - 21财经", "“- 21财经”"),
        (f"{HOLDER}_新浪财经_新浪网", "“_新浪财经”和“_新浪网”"),
        (f"{HOLDER}——证券时报", "“——证券时报”"),
        (f"{HOLDER}-新浪财经", "“-新浪财经”"),
        (f"{HOLDER}（来源：财联社）", "“（来源：财联社）”"),
        (f"2、{HOLDER} - 东方财富网", "“2、”和“- 东方财富网”"),
        (f"突发！{HOLDER}", "“突发！”"),
        (f"财联社11月5日电，{HOLDER}", "“财联社11月5日电，”"),
        (f"证券时报网讯 {HOLDER}", "“证券时报网讯”"),
        (f"{HOLDER} 详情>>", "“详情>>”"),
        (f"02:24 {HOLDER}", "“02:24”"),
        (f"2022-03-01 02:24:05 {HOLDER}", "“2022-03-01 02:24:05”"),
        (f"{HOLDER} 2023-01-02 10:24", "“2023-01-02 10:24”"),
        (f"{HOLDER} 昨天 18:30", "“昨天 18:30”"),
        (f"{HOLDER} 证券时报e公司讯", "“证券时报e公司讯”"),
        (f"{HOLDER} 东方财富网", "“东方财富网”"),
        (f"{HOLDER}https://www.cls.cn/detail/123", "“https://www.cls.cn/detail/123”"),
    ],
)
def test_what_is_around_a_headline_is_left_out_before_that_is_cut(client, text, left_out):
    titles, notes = found(client, text)
    assert titles == [HOLDER]
    assert notes == [
        f"没有文章原样含有“{text}”；以下文章都含有“{HOLDER}”。",
        f"未查找：{left_out}。",
    ]


def test_a_day_in_one_is_no_period_then(client, indexed):
    title = "仙坛股份：重组过会，3月9日复牌"
    indexed("2022-03-01 09:00", title=title)
    assert found(client, f"{title} 详情>>")[0] == [title]


def test_a_link_insists_on_the_whole_text(client):
    page = parsed(client.get("/posts/", {"q": f"1. {HOLDER} - 界面新闻"}))
    [link] = (one for one in page.select("a") if one.text == "只查原样的文字")
    assert not client.get(link["href"]).context["listing"].posts


@pytest.mark.parametrize(
    "text",
    [
        "佩斯科夫：不支持对“不友好国家...",
        "佩斯科夫：不支持对‘不友好国家’公司资产进行国有化",
        "佩斯科夫 不支持对“不友好国家 公司资产进行国有化",
        "佩斯科夫：不支持对不友好国家”公司资产进行国有化",
        "佩斯科夫：不支持对“不友好国家公司资产进行国有化",
        "《佩斯科夫：不支持对“不友好国家”公司资产进行国有化》",
        "佩斯科夫：不支持对“不友好国家”，公司资产进行国有化…",
    ],
)
def test_signs_are_no_difference_to_a_headline(client, text):
    assert found(client, text)[0] == [QUOTING]


def test_nor_is_the_colon_after_a_name(client):
    assert found(client, HOLDER.replace("：", ""))[0] == [HOLDER]
    assert found(client, "仙坛股份实控人计划增持3亿元 6亿元 - 新浪财经")[0] == [HOLDER]


def test_what_is_in_quotation_marks_is_neither_parted_nor_left_out(client):
    assert found(client, "“联化科技 两家子公司临时停产，明日复牌”") == ([], None)
    assert found(client, f"“原标题：{HOLDER}”") == ([], None)


@pytest.mark.parametrize(
    "text",
    [
        "仙坛股份：业绩预告修正公告",  # the name of a company is no label
        "来源：界面新闻 1. 联化科技两家子公司临时停产",
    ],
)
def test_other_queries_keep_their_words(client, text):
    assert not found(client, text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "佩斯科夫 -(友好国家 OR 资产)",
        "佩斯科夫 -（友好国家 OR 资产）",
        "佩斯科夫 -(友好国家 | 资产)",
        "佩斯科夫 不支持 NOT (友好国家 或 资产)",
        "(佩斯科夫 OR 不支持) -(资产 AND 国有化)",
        "快讯：佩斯科夫：不支持 -国有化",
        "佩斯科夫 资产 -“国有化",
        f"{QUOTING} -国有化",
    ],
)
def test_what_is_left_out_stays_so(client, text):
    listing = client.get("/posts/", {"q": text}).context["listing"]
    assert QUOTING not in [post.title for post in listing.posts]
    for offer in listing.near:
        assert QUOTING not in found(client, offer.query)[0], offer


def test_a_query_that_finds_something_is_not_read_as_a_headline(client):
    assert found(client, f"{HOLDER} | 界面新闻") == (["又一篇", HOLDER], None)


def test_a_figure_in_a_list_is_no_number_of_an_item(client):
    titles, notes = found(client, "3、4月份汽车销量增长明显 1.")
    assert (titles, notes) == (["3、4月份汽车销量增长明显 1."], None)


def test_it_is_found_within_the_filters(client):
    assert not found(client, f"快讯：{HOLDER}", **{"from": "2022-03-02"})[0]


@pytest.mark.parametrize(
    ("text", "asked", "left_out"),
    [
        ("请问仙坛股份怎么样", "仙坛股份", "“请问”和“怎么样”"),
        ("仙坛股份的最新消息", "仙坛股份", "“的最新消息”"),
        ("仙坛股份 相关新闻", "仙坛股份", "“相关新闻”"),
        ("临时停产是什么意思？", "临时停产", "“是什么意思？”"),
        ("有没有仙坛股份的新闻", "仙坛股份", "“有没有”和“的新闻”"),
        ("仙坛股份为什么", "仙坛股份", "“为什么”"),
        ("news about 仙坛股份", "仙坛股份", "“news about”"),
        ("latest news on 仙坛股份", "仙坛股份", "“latest news on”"),
        ("仙坛股份 news", "仙坛股份", "“news”"),
        ("仙坛股份 vs 联化科技", "仙坛股份 联化科技", "“vs”"),
        ("仙坛股份 对比 联化科技", "仙坛股份 联化科技", "“对比”"),
    ],
)
def test_words_that_only_ask_are_left_out(client, text, asked, left_out):
    titles, notes = found(client, text)
    assert titles
    assert f"以下文章都含有“{asked}”。" in notes[0]
    assert left_out in notes[1]


@pytest.mark.parametrize("text", ["最新消息", "news about", '"仙坛股份怎么样"'])
def test_nothing_is_left_out_where_nothing_is_asked_about_or_somebody_insists(client, text):
    assert found(client, text) == ([], None)


def test_words_that_ask_stay_where_posts_have_them(client, indexed):
    indexed(title="仙坛股份怎么样", body_text="无")
    assert found(client, "仙坛股份怎么样") == (["仙坛股份怎么样"], None)
