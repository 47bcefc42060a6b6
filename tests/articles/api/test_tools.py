"""A language model asks, by the client of the protocol's own SDK."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import pytest
from mcp import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver.exceptions import ToolError

from articles.api import tools
from articles.data.posts import USUAL_FIELDS
from tests.waiting import wait_until

ROOT = Path(__file__).parents[3]


def asked(*calls):
    """What a server of its own, in another process, answers to each call of a tool."""

    async def main():
        command = StdioServerParameters(
            command=sys.executable, args=["manage.py", "mcp"], env=dict(os.environ), cwd=ROOT
        )
        async with stdio_client(command) as streams, ClientSession(*streams) as session:
            await session.initialize()
            names = {tool.name for tool in (await session.list_tools()).tools}
            return names, [await session.call_tool(name, told) for name, told in calls]

    with ThreadPoolExecutor(1) as thread:  # a browser test may have left a loop in this one
        return thread.submit(anyio.run, main).result()


@pytest.mark.usefixtures("children")
@pytest.mark.django_db(transaction=True)
def test_a_model_searches_reads_counts_and_checks(indexed):
    maotai = [("1.600519", "贵州茅台")]
    indexed("2022-03-04 09:30", slug="a", title="茅台涨停", securities=maotai)
    indexed("2022-04-05 09:30", slug="b", title="茅台业绩", body_text="净利润同比增长，远超预期。")
    indexed("2022-04-05 09:31", slug="c", title="茅台草稿", status="draft")
    names, answers = asked(
        ("search", {"query": "茅台"}),
        ("search", {"query": "茅台", "since": "2022-04", "bodies": True}),
        ("search", {"source": "财联设"}),
        ("read_post", {"slug": "a"}),
        ("read_post", {"slug": "c"}),
        ("resolve_security", {"text": "gzmt"}),
        ("count_over_time", {"query": "茅台"}),
        ("check_quotation", {"sentence": "“净利润同比增长，远超预期”"}),
        ("check_quotation", {"sentence": "净利润同比下降，远超预期"}),
        ("search", {"q": "茅台"}),
        ("search", {"limit": 50}),
    )
    assert names == {
        "search", "read_post", "resolve_security", "count_over_time", "check_quotation",
    }  # fmt: skip
    found, whole, misspelt, post, draft, security, counts, right, wrong, *bad = answers
    told = found.structured_content
    assert [one["slug"] for one in told["posts"]] == ["b", "a"]
    assert {*told["posts"][0]} == {*USUAL_FIELDS}
    assert told["count"] == told["archive"]["posts"] == 2
    [one] = whole.structured_content["posts"]
    assert one["text"] == "净利润同比增长，远超预期。"
    assert misspelt.is_error
    assert "s-财联社" in misspelt.content[0].text
    assert post.structured_content["post"]["title"] == "茅台涨停"
    assert draft.is_error
    assert security.structured_content["securities"][0]["symbol"] == "1.600519"
    assert [*counts.structured_content["months"].items()] == [("2022-03", 1), ("2022-04", 1)]
    assert [one["slug"] for one in right.structured_content["posts"]] == ["b"]
    assert not wrong.structured_content["is_found"]
    assert all(one.is_error for one in bad)
    assert "no argument q. It takes query" in bad[0].content[0].text
    assert bad[1].content[0].text.endswith("limit: Input should be less than or equal to 20.")


@pytest.fixture
def over_http(children, free_tcp_port):
    """The address of a server of its own."""
    command = [sys.executable, "manage.py", "mcp", "--port", str(free_tcp_port)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: is_open(free_tcp_port))
        yield f"http://127.0.0.1:{free_tcp_port}/mcp"
        process.terminate()


def is_open(port):
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.django_db(transaction=True)
def test_over_http_it_answers_for_its_own_hosts_alone(indexed, over_http):
    indexed("2022-03-04 09:30", slug="a", title="茅台涨停")

    async def main():
        async with streamable_http_client(over_http) as streams, ClientSession(*streams) as session:
            await session.initialize()
            return await session.call_tool("search", {"query": "茅台"})

    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(anyio.run, main).result()
    assert [one["slug"] for one in found.structured_content["posts"]] == ["a"]
    for told in {"Host": "other.example"}, {"Origin": "https://other.example"}:
        at = urlsplit(over_http)
        connection = HTTPConnection(at.hostname, at.port)
        connection.request("POST", at.path, "{}", {"Content-Type": "application/json", **told})
        assert connection.getresponse().status in (403, 421)
        connection.close()


@pytest.fixture
def kept_connection(monkeypatch):
    """The connection whose transaction has the posts of a test stays open."""
    monkeypatch.setattr(tools, "close_old_connections", lambda: None)


def told_by(tool, **asked):
    """What a tool tells, and its size in bytes as text."""
    answer = tool(**asked)
    return answer.structured_content, len(answer.content[0].text.encode())


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("order", ["newest", "relevance"])
@pytest.mark.parametrize("limit", [7, 20])
def test_whoever_goes_on_reads_every_post_once(indexed, order, limit):
    """However many of them one answer has room for."""
    slugs = {f"p{number}" for number in range(25)}
    for slug in slugs:
        indexed(slug=slug, title="公告", body_text="公告。" * 1_500)
    found, before, left_out = [], "", 0
    while before is not None:
        asked = {"query": "公告", "order": order, "limit": limit, "before": before}
        told, size = told_by(tools.search, **asked, bodies=True)
        assert size <= tools.LARGEST
        found += [post["slug"] for post in told["posts"]]
        left_out += told["left_out"]
        before = told["next"]
        if before:
            with pytest.raises(ToolError, match="before: this is no `next` of an answer to this"):
                tools.search(**asked | {"query": "另一问", "before": before})
    assert sorted(found) == sorted(slugs)
    assert left_out


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize(
    "others",
    [
        {},
        {"digest": "摘要。" * 4_000, "title": "标题" * 4_000},
        {"securities": [(f"1.60{number:04}", f"第{number}股份") for number in range(600)]},
        {"tags": ["标签" * 6_000]},
    ],
)
def test_a_long_post_is_read_in_parts(indexed, others):
    text = "".join(f"第{number}句。\n" for number in range(4_000)).strip()
    indexed(slug="a", body_text=text, **others)
    found, size = told_by(tools.search)
    assert size <= tools.LARGEST
    assert [post.get("is_cut", False) for post in found["posts"]] == [bool(others)]
    found, start = "", 0
    while start is not None:
        told, size = told_by(tools.read_post, slug="a", start=start)
        assert size <= tools.LARGEST
        found += told["post"]["text"]
        start = told["next_start"]
    assert found == text


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize(
    "called",
    ["20220304999", "NW20220304999", "nw20220304999", " /posts/20220304999/",
     "https://news.example.com/posts/20220304999/"],
)  # fmt: skip
def test_a_post_is_read_by_its_slug_or_its_address(indexed, called):
    indexed(slug="20220304999")
    told, _size = told_by(tools.read_post, slug=called)
    assert told["post"]["slug"] == "20220304999"


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize(
    ("tool", "asked", "says"),
    [
        (tools.search, {"since": "blah"}, "since: “blah” is no day"),
        (tools.search, {"security": "贵州茅苔"}, "Try one of: 1.600519"),
        (tools.search, {"security": "茅台"}, "Try one of: 1.600519"),
        (tools.search, {"before": "x"}, "before: this is no `next`"),
        (tools.search, {"before": "1-1"}, "before: this is no `next`"),
        (tools.resolve_security, {"text": "贵州茅苔"}, "Try one of: 贵州茅台 1.600519"),
        (tools.read_post, {"slug": "\0"}, "slug: There is no such post"),
        (tools.read_post, {"slug": "a", "start": 99}, "start: The text has 4 characters"),
        (tools.resolve_security, {"text": "\0"}, "text: No security"),
        (tools.check_quotation, {"sentence": "\0"}, "sentence: give"),
        (tools.search, {"source": "\0"}, "source: "),
        (tools.resolve_security, {"text": " "}, "text: write a name"),
        (tools.check_quotation, {"sentence": "“，”"}, "sentence: give"),
    ],
)
def test_errors_name_the_argument_and_what_would_do(indexed, tool, asked, says):
    indexed(slug="a", body_text="茅台涨停", securities=[("1.600519", "贵州茅台")])
    with pytest.raises(ToolError, match=says):
        tool(**asked)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("x" * 9_000, {}),
        ("search", {"x" * 9_000: ""}),
        ("search", {"order": "x" * 9_000}),
    ],
)
def test_errors_are_short_whatever_they_repeat(name, asked):
    with ThreadPoolExecutor(1) as thread, pytest.raises(ToolError) as told:
        thread.submit(anyio.run, tools.server.call_tool, name, asked).result()
    assert len(str(told.value)) < 1_100


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
def test_a_quotation_of_many_posts_is_told_with_how_many_were_left_out(indexed):
    for _ in range(23):
        indexed(body_text="公司股票停牌。")
    told, _size = told_by(tools.check_quotation, sentence="公司股票停牌")
    assert (told["is_found"], len(told["posts"]), told["left_out"]) == (True, 20, 3)
    assert not told["not_compared"]


#: What stands before the quotation, its text, and whether it is told as it was meant.
DASHES = [
    # no minus: several dashes, spaces around, a date, a count, a range, a word
    ("钢市回暖——", "3.2亿元资金入场", True),
    ("周报 - ", "3.2亿元资金入场", True),
    ("财联社-", "12月5日电，央行", True),
    ("财联社-", "3家公司公告", True),
    ("财联社-", "12点30分电", True),
    ("2020-", "2021年净利", True),
    ("第3-", "5页见附注", True),
    ("2018年2月8日-", "2月9日止", True),
    ("预增1.66亿元-", "1.82亿元，同比", True),
    ("预增5000万–", "6000万元", True),
    ("预增7000万元—", "9000万元", True),
    ("增长138%-", "188%，超出", True),
    ("增长115% -", "145%，超出", True),
    ("增长54.95%--", "75.61%，超出", True),
    ("增长5%~", "10%，超出", True),
    ("抗击COVID-", "19疫情", True),
    # a minus
    ("净利润为-", "3.2亿元，由盈转亏", False),
    ("净利润为- ", "3.2亿元，由盈转亏", False),
    ("净利润 -", "12,100万元", False),
    ("净利润为－", "４５．６％，主要", False),
    ("净利润为−", "3.2，主要", False),
    ("净利润为–", "3.2，主要", False),
    ("5839.46万、-", "1.42亿", False),
    ("12月-", "0.3%，低于", False),
    ("得分-", "12，低于", False),
    ("（-", "5）", False),
    ("EPS-", "0.35元", False),
    ("下跌-", "2个百分点", False),
    ("净利润为负", "2.4元", False),
    ("净利润为負 ", "2.4元", False),
    ("-", "3.2亿元的亏损", False),
    ("预计-6500万元~-", "5520万元，同比", False),
    ("预计-6500万元--", "5530万元，同比", False),
    ("增幅-45%—-", "30.6%，低于", False),
    ("单季-", "8400余万元，同比", False),
    ("单季-¥", "2.8亿，同比", False),
    ("涨跌1.23%\n-", "2.34亿元，净流出", False),
]


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
def test_a_quotation_may_leave_out_the_dash_before_it_and_not_the_minus(indexed):
    found = {}
    for before, sentence, _ in DASHES:
        post = indexed(body_text=f"{before}{sentence}。", digest="")
        told, _size = told_by(tools.check_quotation, sentence=sentence)
        found[before] = any(one["slug"] == post.slug for one in told["posts"])
        whole, _size = told_by(tools.check_quotation, sentence=before + sentence)
        assert post.slug in [one["slug"] for one in whole["posts"]]
    assert found == {before: is_found for before, _, is_found in DASHES}


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize(
    ("sentence", "is_found"),
    [
        ("持公司股份89,285,714股；鹏华资产管理有限公司", True),
        ("持公司 股份89,285,714股，鹏华 资产 管理有限公司的通知", True),
        ("“持公司股份89285714股…鹏华资产管理有限公司的通知。”", True),
        ("持公司股份8928571股", False),
        ("净利润同比下降3.5%", True),
        ("净利润，同比 下降３.５％", True),
        ("净利润同比下降35%", False),
        ("淨利潤同比下降", True),
        ("2.5元，市盈率12.53", True),
        ("2.5元，市盈率12.5", False),
        ("2元，市盈率12.53", False),
        ("5元，市盈率12.53", False),
        ("净利润同比下降3", False),
        ("净利润同比下降3.5", False),
        ("53、20倍", False),
        ("12.53 20倍", True),
        ("20倍", True),
        ("3.2亿元，由盈转亏", False),
        ("-3.2亿元，由盈转亏", True),
        ("45.6%", False),
        ("30倍之间", True),
    ],
)
def test_a_quotation_is_compared_by_letters_and_figures(indexed, sentence, is_found):
    text = "持公司股份89,285,714股；“鹏华资产管理有限公司”的通知，净利润 同比下降3.5%。"
    text += "股价2.5元，市盈率12.53、20倍。净利润为-3.2亿元，由盈转亏，变动－45.6%，在20-30倍之间。"
    indexed(body_text=text)
    told, _size = told_by(tools.check_quotation, sentence=sentence)
    assert told["is_found"] == is_found
    assert not told["not_compared"]
