from articles.pinyin import full_pinyin, pinyin_initials, pinyin_slug


def test_names_are_spelt_in_pinyin():
    assert pinyin_slug("21世纪经济报道") == "21shijijingjibaodao"
    assert pinyin_slug("！！") == "unnamed"
    assert pinyin_initials("贵州茅台").split()[0] == "gzmt"
    assert {"payh", "payx"} <= set(pinyin_initials("平安银行").split())
    assert pinyin_initials("*ST海航") == "sthh"
    assert pinyin_initials("") == ""
    assert full_pinyin(["*ST重庆银行A"]) == "| s t chong qing yin hang a |"
