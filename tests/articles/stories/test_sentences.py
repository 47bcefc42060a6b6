from articles.stories.sentences import difference


def test_what_one_text_adds_and_leaves_out():
    text = "云岭锗业公告，子公司停产整治。预计影响全年产量一成。复产时间尚未确定。"
    other = "云岭锗业公告，子公司停产整治！公司股票明日停牌一天。"
    assert difference(text, other) == (
        ["公司股票明日停牌一天。"],
        ["预计影响全年产量一成。", "复产时间尚未确定。"],
    )


def test_signs_spaces_and_credits_make_no_difference():
    one = "子公司即日起停产，损失未知。"
    assert difference(one, "子公司即日起停产， 损失未知！（界面）") == ([], [])
