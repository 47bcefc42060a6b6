import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from articles.editing import bulk, merging, terms
from articles.importing.listed import import_list, store_list
from articles.importing.reading.listed.securities import read_list
from articles.models import FormerName, Security
from articles.pinyin import full_pinyin

pytestmark = pytest.mark.django_db

LIST = """代码,简称,曾用名,英文名称
600519,贵州茅台,,Kweichow Moutai
000001,平安银行,深发展A(1991-04-03~2012-08-01),Ping An Bank
"""


def store(text=LIST):
    return store_list(read_list(text.encode()))


def test_securities_are_added_with_all_that_the_list_says():
    done = store()
    assert done.added == ["1.600519 贵州茅台", "0.000001 平安银行"]
    bank = Security.objects.get(code="000001")
    assert (bank.name, bank.names, bank.english_name) == (
        "平安银行",
        ["平安银行", "深发展A"],
        "Ping An Bank",
    )
    assert bank.pinyin.startswith("payh")
    assert "shen fa zhan" in bank.full_pinyin
    [former] = FormerName.objects.all()
    assert (former.security, former.since, former.until) == (
        bank,
        dt.date(1991, 4, 3),
        dt.date(2012, 8, 1),
    )


@pytest.mark.parametrize(
    "text",
    [
        LIST,
        "code,name,pinyin,english\n600519,贵州茅台,gzmt,Moutai\n",
        "code,name,pinyin\n600519,贵州茅台,a\n600519,贵州茅台,b\n",
        "code,name,former names\n600519,贵州茅台,贵州茅台;甲;甲;乙(2001-01-01~);甲(~2002-02-02)\n",
        "code,name,since,until\n600519,甲,,2001-01-01\n600519,乙,2001-01-02,2002-01-01\n",
        "market,code,name\nnyse,nio,蔚来\nhk,700,腾讯控股\n90,bk0475,银行\n",
        "code,name\n600519,五 粮 液\n",
        "code,name,since\n600519,甲,2001-01-01\n600519,乙,2002-01-01\n",
    ],
)
def test_a_second_time_changes_nothing(text):
    first = store(text)
    done = store(text)
    assert (done.added, done.changed, done.unchanged) == ([], [], len(first.added))


def test_a_code_that_was_merged_is_passed_over():
    store()
    bank = Security.objects.get(code="000001")
    moutai = Security.objects.get(code="600519")
    bulk.start(merging.create([bank], moutai, by=None))
    before = Security.objects.values().get()
    for _ in range(2):
        done = store()
        assert done.merged == ["0.000001 平安银行: merged into 1.600519 贵州茅台"]
        assert (done.added, done.changed, done.unchanged) == ([], [], 1)
    assert Security.objects.values().get() == before


def test_it_says_what_it_changes():
    store()
    done = store(LIST.replace("贵州茅台", "茅台股份").replace("2012-08-01", "2012-07-31"))
    assert done.changed == [
        "1.600519 茅台股份: called 贵州茅台 until now",
        "0.000001 平安银行: former names",
    ]
    assert Security.objects.get(code="600519").names == ["茅台股份"]


@pytest.mark.parametrize(
    ("text", "names", "lost"),
    [
        ("代码,简称,曾用名\n000001,平安银行,\n", ["平安银行"], "乙, 深发展A"),
        (
            "代码,简称,曾用名\n000001,平安银行,丙\n",
            ["丙", "平安银行"],
            "乙, 深发展A",
        ),
    ],
)
def test_the_newest_list_decides_which_former_names_there_are(text, names, lost):
    store(LIST + "000001,乙,,\n000001,平安银行,,\n")
    assert Security.objects.get(code="000001").names == ["乙", "平安银行", "深发展A"]
    assert store(text).changed == [f"0.000001 平安银行: former names without {lost}"]
    assert Security.objects.get(code="000001").names == names
    assert store(text).changed == []


def test_a_list_without_a_column_changes_nothing_of_what_it_would_say():
    store("""代码,简称,曾用名,拼音,英文名称
600745,闻泰科技,*ST闻泰；ST中茵(2010-01-01~2012-01-01),wtkj9,Wingtech
000001,平安银行,深发展A,pab,Ping An Bank
""")
    assert store("代码,简称\n600745,闻泰科技\n000001,平安银行\n").changed == []
    assert store("代码,简称\n000001,银行\n000001,平安银行\n").changed == [
        "0.000001 平安银行: other names, former names"
    ]
    bank, wingtech = Security.objects.order_by("code")
    assert wingtech.names == ["*ST闻泰", "ST中茵", "闻泰科技"]
    assert FormerName.objects.filter(security=wingtech).count() == 2
    assert bank.names == ["平安银行", "深发展A", "银行"]
    assert bank.pinyin.split()[0] == "pab"
    assert (bank.english_name, wingtech.english_name) == ("Ping An Bank", "Wingtech")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("代码,简称\n600519,贵州茅台\n", ["东西", "茅台", "贵州茅台"]),  # it may have been renamed
        ("代码,简称,曾用名\n600519,贵州茅台,东西\n", ["东西", "茅台", "贵州茅台"]),
        ("代码,简称,曾用名\n600519,贵州茅台,\n", ["茅台", "贵州茅台"]),
        ("代码,简称\n600519,茅\n代码,简称,曾用名\n600519,贵州茅台,\n", ["茅台", "贵州茅台"]),
    ],
)
def test_a_name_of_today_that_a_list_took_back_is_forgotten(text, names):
    Security.objects.create(market=1, code="600519", kind="stock", name="茅台", names=["茅台"])
    store("代码,简称\n600519,东西\n")
    for one in text.split("代码")[1:]:
        store(f"代码{one}")
    assert Security.objects.get().names == names


def test_a_name_that_a_list_gave_to_another_by_mistake_is_forgotten(indexed):
    post = indexed(title="早盘", body_text="平安银行走强")
    import_list(read_list("代码,简称\n600000,浦发银行\n000001,平安银行\n".encode()))
    import_list(read_list("代码,简称\n600000,平安银行\n000001,深发展A\n".encode()))
    assert [one.code for one in post.securities.all()] == ["600000"]
    import_list(read_list("代码,简称\n600000,浦发银行\n000001,平安银行\n".encode()))
    assert [one.code for one in post.securities.all()] == ["000001"]
    assert Security.objects.get(code="600000").names == ["浦发银行"]


@pytest.mark.parametrize(
    ("name", "former", "told"),
    [
        ("XD贵州茅", "", True),
        ("DR贵州茅台", "XR贵州茅", True),
        ("N贵州茅台", "", True),
        ("C贵州茅台", "", True),
        ("贵州茅台", "XD贵州茅", False),
    ],
)
def test_a_name_of_a_day_renames_nothing(name, former, told):
    store("代码,简称\n600519,贵州茅台\n")
    done = store(f"代码,简称,曾用名\n600519,{name},{former}\n")
    of_a_day = [f"1.600519 {name}: the name of a day of 贵州茅台"] if told else []
    assert (done.changed, done.of_a_day) == ([], of_a_day)
    assert Security.objects.get().names == ["贵州茅台"]
    store("代码,简称\n600519,C位\n")
    assert Security.objects.get().name == "C位"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("XD贵州茅台", "贵州茅台"),
        ("N贵州茅台", "贵州茅台"),
        ("XD贵州茅", "XD贵州茅"),
        ("C贵州", "C贵州"),
    ],
)
def test_a_name_of_a_day_in_the_first_list_lasts_until_the_whole_name_is_known(name, first):
    assert store(f"代码,简称\n600519,{name}\n").of_a_day
    assert Security.objects.get().names == [first]
    store("代码,简称\n600519,贵州茅台\n")
    assert Security.objects.get().names == ["贵州茅台"]


def test_names_that_an_editor_called_wrong_are_not_learnt():
    store()
    bank = Security.objects.get(code="000001")
    terms.change(bank, {"wrong_names": ["深发展A", "银行"]}, by=None)
    for text in (LIST, LIST.replace("000001,平安银行", "000001,银行")):
        store(text)
        bank.refresh_from_db()
        assert (bank.name, bank.names) == ("平安银行", ["平安银行"])
        assert not FormerName.objects.exists()
        assert store(text).changed == []


def test_all_that_a_later_list_says_is_stored():
    store()
    store("""代码,简称,拼音,英文名称
600519,茅台股份,mtgf,Moutai
000001,平安银行,pab,Ping An
""")
    moutai, bank = Security.objects.order_by("-code")
    assert (moutai.name, moutai.names) == ("茅台股份", ["茅台股份", "贵州茅台"])
    assert (moutai.english_name, moutai.pinyin.split()[0]) == ("Moutai", "mtgf")
    assert moutai.full_pinyin == full_pinyin(moutai.names)
    assert (bank.english_name, bank.pinyin.split()[0]) == ("Ping An", "pab")


def test_the_name_that_an_editor_gave_stays():
    Security.objects.create(
        market=1, code="600519", kind="stock", name="茅台", names=["茅台"], is_name_fixed=True
    )
    store()
    security = Security.objects.get(code="600519")
    assert (security.name, security.names) == ("茅台", ["茅台", "贵州茅台"])
    assert store().changed == []


def test_a_list_in_english_takes_no_chinese_name_away():
    store("股份代號,股份名稱\n700,腾讯控股\n")
    for _ in range(2):
        store("Stock Code,Name of Securities\n700,TENCENT\n")
        security = Security.objects.get()
        assert (security.name, security.names) == ("腾讯控股", ["TENCENT", "腾讯控股"])


def test_a_name_spelled_otherwise_is_the_same_and_the_plain_spelling_stays():
    store("代码,简称\n00700,騰訊控股\n")
    assert store("代码,简称\n00700,腾讯控股\n").changed
    assert store("代码,简称\n00700,騰訊控股\n").changed == []
    assert Security.objects.get().names == ["腾讯控股", "騰訊控股"]


def test_the_command_finds_the_securities_in_posts(indexed, tmp_path, capsys):
    post = indexed(title="贵州茅台：业绩预告")
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="gbk")
    call_command("import_securities", file)
    assert capsys.readouterr().out.splitlines() == [
        "2 added, 0 changed, 0 unchanged",
        "1 posts looked through for new names",
    ]
    assert post.securities.get().code == "600519"


def test_rows_that_are_refused_are_named_and_the_others_stored(tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_text(LIST + "?,某公司,,\n", encoding="utf-8")
    with pytest.raises(CommandError, match="lines refused: 1") as caught:
        call_command("import_securities", file)
    assert caught.value.returncode == 1
    assert capsys.readouterr().err == f"{file}:4: “?” is no code\n"
    assert Security.objects.count() == 2


def test_a_code_in_new_york_is_the_one_that_posts_have():
    Security.objects.create(market=106, code="BABA", kind="stock", name="阿里巴巴")
    assert store("market,code,name\n美股,BABA,阿里巴巴\n").added == []
