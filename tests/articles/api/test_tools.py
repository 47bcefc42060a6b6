"""A language model asks, by the client of the protocol's own SDK."""

import json
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
    )
    assert names == {
        "search", "read_post", "resolve_security", "count_over_time", "check_quotation",
    }  # fmt: skip
    found, whole, misspelt, post, draft, security, counts, right, wrong = answers
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
    assert counts.structured_content["months"] == {"2022-04": 1, "2022-03": 1}
    assert [one["slug"] for one in right.structured_content["posts"]] == ["b"]
    assert not wrong.structured_content["is_found"]


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


def test_an_answer_is_short_and_says_what_is_left_out():
    posts = [{"title": "长" * 2_000} for _ in range(20)]
    told = tools.shortened({"posts": posts, "count": 20})
    assert len(json.dumps(told, ensure_ascii=False).encode()) <= tools.LARGEST
    assert len(told["posts"]) + told["left_out"] == 20
