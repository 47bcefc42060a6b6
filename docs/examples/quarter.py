"""A company's news of a quarter, by the API, as a file and by the Model Context Protocol: the same.

.venv/bin/python docs/examples/quarter.py https://news.example.com 600519 2022Q1

in the folder of Newsroom and by its Python, since it starts `manage.py mcp` there.
"""

import asyncio
import csv
import os
import sys
from io import StringIO
from pathlib import Path

from mcp import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client
from newsroom_client import Newsroom, ProblemError


def by_api(site: Newsroom, symbol: str, quarter: str) -> list[str]:
    posts = site.posts(security=symbol, since=quarter, until=quarter, fields=["slug"])
    return [post["slug"] for post in posts]


def by_csv(site: Newsroom, symbol: str, quarter: str) -> list[str]:
    text = site.export("csv", security=symbol, since=quarter, until=quarter, fields="slug,title")
    return [row["slug"] for row in csv.DictReader(StringIO(text))]


async def by_mcp(symbol: str, quarter: str) -> list[str]:
    command = StdioServerParameters(
        command=sys.executable, args=["manage.py", "mcp"], env=dict(os.environ)
    )
    slugs, before = [], ""
    async with stdio_client(command) as streams, ClientSession(*streams) as session:
        await session.initialize()
        while before is not None:
            asked = {"security": symbol, "since": quarter, "until": quarter, "before": before}
            answer = await session.call_tool("search", asked)
            told = answer.structured_content or {}
            slugs += [post["slug"] for post in told["posts"]]
            before = told["next"]
    return slugs


def main(address: str, text: str, quarter: str) -> None:
    if not Path("manage.py").exists():
        sys.exit("Run this in the folder of Newsroom, where manage.py is.")
    site = Newsroom(address)
    companies = site.securities(text)
    if not companies:
        sys.exit(f"No security is called {text}.")
    company = companies[0]
    symbol = company["symbol"]
    try:
        found = by_api(site, symbol, quarter)
    except ProblemError as error:
        sys.exit(str(error))
    if not found:
        sys.exit(f"{company['name']} ({symbol}) has no posts in {quarter}.")
    as_file = by_csv(site, symbol, quarter)
    told = asyncio.run(by_mcp(symbol, quarter))
    print(f"{company['name']} ({symbol}), {quarter}: {len(found)} posts by the API,")
    print(f"{len(as_file)} as CSV, {len(told)} by MCP; the same: {found == as_file == told}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
