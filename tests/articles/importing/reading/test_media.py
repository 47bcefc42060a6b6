import pytest

from articles.importing.reading.media import category_name, medium_of


@pytest.mark.parametrize(
    ("tags", "medium"),
    [
        (["财联社新闻"], "财联社"),
        (["每日经济新闻新闻"], "每日经济新闻"),
        (["东财滚动新闻"], "东财滚动新闻"),
        (["站长消息"], "站长消息"),
        (["新闻"], ""),
        (["新闻", "财联社新闻"], "财联社"),
        (["白酒"], ""),
        (["白酒", "财联社新闻"], "财联社"),
        (["财联社"], ""),
        ([], ""),
    ],
)
def test_a_tag_is_its_medium_and_one_trailing_word(tags, medium):
    assert medium_of(["要闻"], tags) == medium
    assert medium_of([], tags) == medium


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cailianshe", "财联社"),
        ("zhengquanshibao", "证券时报"),
        ("zqsbw", "证券时报网"),
        ("chongqingribao", "重庆日报"),
        ("21shijijingjibaodao", "21世纪经济报道"),
        ("shanghaizhengquanbao·zhongguozhengquanwang", "上海证券报·中国证券网"),
        ("meirijingjixinwen", "每日经济新闻"),
        ("jiemianxinwen", "界面新闻"),
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
        (["xinwen"], "新闻"),
        (["cailianshe"], "证券时报"),
        (["cailianshe", "stocks"], "财联社"),
        (["要闻"], "财联社"),
        ([], "财联社"),
    ],
)
def test_a_tag_that_no_category_spells_and_a_subject_are_no_media(categories, tag):
    assert medium_of(categories, [tag]) == category_name(categories, [tag]) == ""
