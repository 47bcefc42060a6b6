"""The page that explains the API."""

import html
import re

import pytest

from articles.api.v1 import api

pytestmark = pytest.mark.django_db


def page(client, language="en"):
    response = client.get("/api/", headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_every_address_and_parameter_is_explained(client, indexed):
    indexed(slug="a")
    text = page(client)
    words = html.unescape(re.sub("</?code>", "", text))
    assert "`" not in words
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        assert f"GET {path}<" in text
        for parameter in methods["get"]["parameters"]:
            if parameter["in"] == "query":
                assert parameter["description"].replace("`", "") in words
    assert 'action="/api/v1/posts/a"' in text
    assert 'href="/api/v1/sources/s-' in text
    assert 'formaction="/api/v1/posts.ris"' in text


def test_a_form_asks_what_a_program_asks(client, indexed):
    indexed(title="茅台涨停")
    text = page(client)
    form = re.search(r'<form action="/api/v1/posts">.*?</form>', text, re.DOTALL)[0]
    names = re.findall(r'name="(\w+)"', form)
    asked = {"q": "茅台", "limit": "5", "order": "newest", "count": "on", "stories": "off"}
    asked |= {"published_before": "2100-01-01"}
    assert asked.keys() <= {*names}
    answer = client.get("/api/v1/posts", asked)
    assert answer.status_code == 200, answer.content
    assert answer.json()["count"] == 1


def test_each_form_is_answered_as_browsers_send_it(client, indexed):
    """Without scripts, with all that nobody filled in."""
    indexed(title="茅台", securities=[("1.600519", "贵州茅台")])
    forms = re.findall(r'<form action="(/api/v1/[^"]*)">(.*?)</form>', page(client), re.DOTALL)
    assert len(forms) == len(re.findall('<form action="/api/v1/', page(client)))
    for action, form in forms:
        address = action.replace("{kind}", "csv")
        fields = re.findall(r'<input [^>]*name="(\w+)"([^>]*)>', form)
        asked = {
            name: (re.findall('value="(.*?)"', rest) or [""])[0]
            if " required" not in rest
            else "茅台"
            for name, rest in fields
        }
        for name, choices in re.findall(
            r'<select [^>]*name="(\w+)".*?>(.*?)</select>', form, re.DOTALL
        ):
            asked[name] = re.search("<option selected>(.*?)</option>", choices)[1]
        answer = client.get(address, asked)
        assert answer.status_code == 200, (address, answer.content)


def test_it_is_in_both_languages(client, indexed):
    indexed()
    assert "The archive as data" in page(client, "en")
    chinese = page(client, "zh-hans")
    assert "数据接口" in chinese
    described = re.findall(r"<small[^>]*>(.*?)</small>", chinese)
    assert described
    assert all(re.search("[\u4e00-\u9fff]", text) for text in described)


def test_it_needs_no_script_and_no_other_host(client, indexed):
    indexed()
    main = re.search(r"<main.*</main>", page(client), re.DOTALL)[0]
    assert "<script" not in main
    assert " style=" not in main


def test_pages_lead_to_it_and_an_empty_archive_has_it_too(client):
    assert 'href="/api/"' in client.get("/").content.decode()
    assert "GET /api/v1/posts<" in page(client)
    assert client.get("/api/v1", follow=True).redirect_chain[-1][0] == "/api/"
