import pytest

from articles.importing.reading.files import name_of

POST = "---\ntitle: 快讯\ndate: {date}\n---\n<p>文</p>\n\n<{link}>"
CODE = "202203040000000001"


@pytest.mark.parametrize(
    ("date", "link", "name"),
    [
        ("2022-03-04 07:59:00", f"http://x.example/a,{CODE}.html", f"2022-03-04-{CODE}.md"),
        ("2022-03-04 23:59:00", f"http://x.example/?infoCode=NW{CODE}", f"2022-03-04-NW{CODE}.md"),
    ],
)
def test_what_comes_without_a_name_is_called_as_the_site_would_call_it(date, link, name):
    assert name_of(POST.format(date=date, link=link).encode()) == name


def test_without_a_code_it_is_called_by_its_bytes_the_same_every_time():
    content = POST.format(date="2022-03-04", link="").encode()
    name = name_of(content)
    assert name.startswith("2022-03-04-")
    assert name_of(content) == name != name_of(content + b"\n")
