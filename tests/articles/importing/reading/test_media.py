import pytest

from articles.importing.reading.media import category_name, medium_of


@pytest.mark.parametrize(
    ("tags", "medium"),
    [
        (["财联社新闻"], "财联社"),
        (["每日经济新闻新闻"], "每日经济新闻"),
        (["东财滚动新闻"], "东财滚动新闻"),
        (["站长消息"], "站长消息"),
        (["界面新闻"], "界面新闻"),
        (["第一财经新闻"], "第一财经"),
        (["华尔街见闻新闻"], "华尔街见闻"),
        (["财新新闻"], "财新"),
        (["中国新闻网新闻"], "中国新闻网"),
        (["红网新闻新闻"], "红网新闻"),
        (["新闻"], ""),
        (["新闻新闻"], ""),
        (["新闻", "财联社新闻"], "财联社"),
        (["财经新闻", "财联社新闻"], "财联社"),
        (["白酒"], ""),
        (["白酒", "财联社新闻"], "财联社"),
        (["财联社"], ""),
        (["财新"], ""),
        ([], ""),
    ],
)
def test_a_tag_is_its_medium_and_one_trailing_word(tags, medium):
    assert medium_of(["要闻"], tags) == medium
    assert medium_of([], tags) == medium


@pytest.mark.parametrize("category", ["news", "xinwen", "要闻", "{}", "{}xinwen"])
@pytest.mark.parametrize(
    ("subject", "pinyin"),
    [
        ("中国", "zhongguo"),
        ("今日", "jinri"),
        ("体育", "tiyu"),
        ("公司", "gongsi"),
        ("国际", "guoji"),
        ("港股", "ganggu"),
        ("白酒", "baijiu"),
        ("财经", "caijing"),
        ("国际财经", "guoji"),
        ("行业资讯", "hangye"),
        ("互联网", "hulian"),
        ("半年报", "bannian"),
    ],
)
def test_a_subject_before_the_word_for_news_is_no_medium(category, subject, pinyin):
    categories = [category.format(pinyin)]
    assert medium_of(categories, [f"{subject}新闻"]) == ""
    assert category_name(categories, [f"{subject}新闻"]) == ""


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("gelonghui", "格隆汇"),
        ("techweb", "TechWeb"),
        ("dongfangcaifuyanjiuzhongxin", "东方财富研究中心"),
    ],
)
def test_a_name_before_it_that_the_category_spells_is_a_medium(category, name):
    assert (
        medium_of([category], [f"{name}新闻"]) == category_name([category], [f"{name}新闻"]) == name
    )
    assert medium_of(["news"], [f"{name}新闻"]) == ""


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cailianshe", "财联社"),
        ("zhengquanshibao", "证券时报"),
        ("zqsbw", "证券时报网"),
        ("xinhua", "新华社"),
        ("renmin", "人民网"),
        ("chongqingribao", "重庆日报"),
        ("21shijijingjibaodao", "21世纪经济报道"),
        ("shanghaizhengquanbao·zhongguozhengquanwang", "上海证券报·中国证券网"),
        ("meirijingjixinwen", "每日经济新闻"),
        ("jiemianxinwen", "界面新闻"),
        ("yicai", "第一财经"),
        ("diyicaijing", "第一财经"),
        ("wallstreetcn", "华尔街见闻"),
        ("stcn", "证券时报网"),
        ("STCN", "证券时报"),
        ("jiemian", "界面新闻"),
        ("zaobao", "联合早报"),
        ("caixin", "财新"),
        ("caixin", "财新网"),
    ],
)
def test_a_tag_that_the_one_category_spells_is_the_name_of_the_medium(category, name):
    assert medium_of([category], [name]) == category_name([category], [name]) == name
    assert (
        medium_of([category], ["白酒", name]) == category_name([category], ["白酒", name]) == name
    )
    added = f"{name}新闻"
    assert medium_of([category], [added]) == category_name([category], [added]) == name


@pytest.mark.parametrize(
    ("categories", "tag"),
    [
        (["baijiu"], "白酒"),
        (["maotai"], "茅台"),
        (["hulianwang"], "互联网"),
        (["bannianbao"], "半年报"),
        (["caijing"], "财经"),
        (["guojicaijing"], "国际财经"),
        (["tiyuxinwen"], "体育新闻"),
        (["zhongguo"], "财联社"),
        (["baijiu"], "白酒日报"),
        (["xinwen"], "新闻"),
        (["cailianshe"], "证券时报"),
        (["yicai"], "财经"),
        (["yicai"], "华尔街见闻"),
        (["cailianshe", "stocks"], "财联社"),
        (["要闻"], "财联社"),
        ([], "财联社"),
    ],
)
def test_a_tag_that_no_category_spells_and_a_subject_are_no_media(categories, tag):
    assert medium_of(categories, [tag]) == category_name(categories, [tag]) == ""
