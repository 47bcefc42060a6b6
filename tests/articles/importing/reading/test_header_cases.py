"""Headers as people write them, read in place where we have them: what each of them means."""

import datetime as dt

import pytest

from articles.importing.reading.derive import parse_document
from articles.importing.reading.documents import DocumentError, is_document


def read(path):
    content = path.read_bytes()
    assert is_document(path.name, content)
    return parse_document(path.name, content)


#: Title, time in Shanghai (of 10:00 on the day in the name, only what differs), categories, tags.
EXPECTED = {
    "fm/2022-01-01-dots.md": ("三点结束", "", (), ()),
    "fm/2022-01-02-dots-hr.md": ("三点结束", "", (), ()),
    "fm/2022-01-03-unclosed-hr.md": ("没有关上", "", (), ()),
    "fm/2022-01-04-fullcolon.md": ("全角冒号", "", ("t",), ()),
    "fm/2022-01-05-nospace.md": ("没有空格", "", ("t",), ("财联社新闻",)),
    "fm/2022-01-06-tabs.md": ("制表符", "", (), ("甲", "乙")),
    "fm/2022-01-07-null.md": ("", "", (), ()),
    "fm/2022-01-08-colon.md": ("标题: 副标题", "", ("t",), ("a", "b")),
    "fm/2022-01-10-quote-inside.md": ('"php基础篇1', "", (), ("t",)),
    "fm/2022-01-11-listitems.md": ('他说"好"，跌', "", ("t",), ("甲", "乙")),
    "fm/2022-01-12-comment.md": ('他说"好"，跌', "", (), ("t",)),
    "fm/2022-01-13-case.md": ("大写键", "", ("t",), ("甲",)),
    "fm/2022-01-14-dup.md": ("第二", "", (), ()),
    "fm/2022-01-15-hash.md": ("问题 #1 与 C# 入门", "", (), ()),
    "fm/2022-01-19-pipe.md": ("折叠的 标题", "", (), ()),
    "fm/2022-01-20-toml.md": ("TOML 的", "", (), ()),
    "fm/2022-01-21-json.md": ("JSON 的", "2022-01-21 00:00", (), ()),
    "fm/2022-01-22-noopen.md": ("没有开头的三杠", "", (), ("t",)),
    "fm/2022-01-23-dash4.md": ("四杠", "", (), ()),
    "fm/2022-01-23-dash4c.md": ("四杠关", "", (), ()),
    "fm/2022-01-24-hr-after.md": ("正文有横线", "", (), ()),
    "fm/2022-01-25.md": ("只有日期的名", "2022-01-25 00:00", (), ()),
    "fm/2022-01-26-nul.md": ("ab", "", (), ()),
    "fm/2022-01-27-nel.md": ("甲 乙丙", "", (), ()),
    "fm/2022-01-28-crcr.md": ("双回车", "", (), ()),
    "fm/2022-01-29-oldmac.md": ("老苹果", "", (), ()),
    "fm/2022-01-30-nested.md": ("嵌套", "", (), ("甲",)),
    "fm/2022-01-31-dateobj.md": ("日期列表", "2022-01-31 00:00", (), ("甲",)),
    "fm/2022-02-01-tagslist.md": ("数字标签", "", (), ("2022", "3.5", "true", "600519")),
    "fm/2022-02-02-catpath.md": ("斜杠分类", "", ("a/b c?d#e%",), ("a/b?c",)),
    "fm/2022-02-03-catdot.md": ("点分类", "", ("··",), (".",)),
    "fm/2022-02-05-dateweird.md": ("十位", "2022-01-21 15:00", (), ()),
    "fm/2022-02-06-datetz.md": ("时区", "", (), ()),
    "fm/2022-02-07-datetz2.md": ("时区名", "", (), ()),
    "fm/2022-02-08-datetz3.md": ("EST", "2022-02-08 23:00", (), ()),
    "fm/2022-02-09-dateT.md": ("T", "2022-02-09 18:00", (), ()),
    "fm/2022-02-10-dateslash.md": ("美式", "", (), ()),
    "fm/2022-02-11-datecmt.md": ("注释日期", "", (), ()),
    "fm/2022-02-12-datequote.md": ("引号日期", "", (), ()),
    "fm/2022-02-13-datehour.md": ("单位时", "2022-02-13 09:05", (), ()),
    "fm/2022-02-14-entity.md": ("A & B \"C\" 'D' 强", "", (), ()),
    "fm/2022-02-15-permalink.md": ("固定链接", "", (), ()),
    "fm/2022-02-16-empty.md": ("", "2022-02-16 00:00", (), ()),
    "fm/2022-02-17-onlyfm.md": ("只有头", "2022-02-17 00:00", (), ()),
    "fm/2022-02-18-future.md": ("将来", "2099-02-18 10:00", (), ()),
    "fm/2022-02-19-mismatch.md": ("名与日期不合", "2020-01-01 10:00", (), ()),
    "fm/2022-02-23-big5.md": ("台積電法說會", "", (), ()),
    "fm/2022-02-24-gbk.md": ("国标", "", (), ()),
    "fm/2022-02-25-mixed.md": ("混合", "", (), ()),
    "fm/2022-02-26-utf16.md": ("宽", "", (), ()),
    "fm/2022-02-27-latin1.md": ("Café Société", "", (), ()),
    "fm/2022-02-28-anchor.md": ("锚", "", (), ("锚",)),
    "fm/2022-03-01-emoji.md": ("涨了📈👨‍👩‍👧", "", (), ()),
    "fm/2022-03-08-lead.md": ("前有空行", "", (), ()),
    "fm/2022-03-09-space.md": ("前有空格", "", (), ()),
    "fm/2022-03-10-comment-first.md": ("先注释", "", (), ()),
    "fm/hexo-noopen.md": ("没有开头的三杠", "2022-01-22 10:00", (), ("t",)),
    "fm/hugo-toml.md": ("TOML 的二", "2022-01-20 10:00", (), ()),
    "fm/名字 带空格#和?号%20.md": ("怪名", "2022-03-04 10:00", (), ()),
    "hexo1113/2015-03-07-flat.md":
        ("[Emacs] Write A Major Mode", "2015-03-07 15:42", (), ("emacs",)),
    "hexo1113/2015-03-07-list.md":
        ("[Emacs] Write A Major Mode", "2015-03-07 15:42", (), ("emacs",)),
    "hexo1113/2015-03-08-quote-list.md": ('他说"好"，跌', "2015-03-08 15:42", (), ("emacs",)),
    "hexo1113/2015-03-09-colon.md":
        ("Emacs: Write A Major Mode", "2015-03-09 15:42", (), ("emacs", "编辑器")),
    "hexo1113/2015-03-10-issue244.md": ('"php基础篇1', "2015-03-10 15:42", (), ()),
    "hexo1113/2015-03-11-issue1192.md": ("报告", "2015-03-11 00:00", (), ("a",)),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_a_header_means_what_its_writer_meant(cases, name):
    title, time, categories, tags = EXPECTED[name]
    document = read(cases / name)
    time = time or f"{name.rpartition('/')[2][:10]} 10:00"
    moment = document.published_at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert (document.title, document.categories, document.tags) == (title, categories, tags)
    assert f"{moment:%Y-%m-%d %H:%M}" == time
    assert not document.is_draft


@pytest.mark.parametrize("kind", ["16-pubno", "17-draft", "18-pubFalse", "18-pubc", "18-pubq"])
def test_what_was_not_to_be_published_is_a_draft(cases, kind):
    assert read(cases / "fm" / f"2022-01-{kind}.md").is_draft


def test_text_after_a_rule_is_text(cases):
    expected = {
        "02-dots-hr": ["第一段。", "第二段。"],
        "03-unclosed-hr": ["第一段正文。", "第二段正文。"],
        "24-hr-after": ["第一段", "第二段", "title: 不是标题", "第三段"],
    }
    for name, lines in expected.items():
        assert read(cases / "fm" / f"2022-01-{name}.md").text.split("\n") == lines


def test_names_that_share_eighteen_digits_are_two_posts(cases):
    found = {read(path).slug for path in cases.glob("fm/2022-02-21-*.md")}
    assert len(found) == 2


def test_three_thousand_tags_are_two_hundred(cases):
    document = read(cases / "fm" / "2022-03-03-manytags.md")
    assert len(document.tags) == 200
    assert tuple(map(str, document.notes)) == ("3,000 tags: the first 200 are taken",)


def test_old_addresses_are_known(cases):
    assert read(cases / "fm/2022-02-15-permalink.md").addresses == ("/old/path/here", "/older")


def test_what_is_no_front_matter_is_refused(cases):
    path = cases / "hexo1113/2015-03-12-issue4961.md"
    with pytest.raises(DocumentError, match="no front matter"):
        parse_document(path.name, path.read_bytes())


@pytest.mark.parametrize("name", ["03-deepyaml", "04-bomb", "04-bomb9"])
def test_what_would_end_the_process_is_refused(cases, name):
    path = cases / "dos" / f"2022-01-{name}.md"
    with pytest.raises(DocumentError, match="more than"):
        parse_document(path.name, path.read_bytes())


def test_nesting_in_a_field_that_nobody_reads_does_no_harm(cases):
    assert read(cases / "dos/2022-01-03-deepyaml2.md").title == "t"
