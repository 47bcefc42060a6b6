import pytest

from articles.importing.discovery import Found
from articles.importing.reading.files import NewDocument, NoDocument, name_of, read

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


def read_among_posts(content):
    return read(Found("content/x.md", content=content.encode(), needs_date=True))


@pytest.mark.parametrize(
    "front_matter",
    [
        '{"title": "题", "date": "2022-03-04"}',
        '{"date": "2022-03-04", "params": {"layout": "x", "tags": ["甲"]}, "title": "题"}',
        '{"title": "题", "layout": "post",\n"publishDate": "2022-03-04"}',
        "---\ntitle: 题\npublishDate: 2022-03-04\n---",
        "---\ntitle: 题\npublish_date: 2022-03-04\nlayout: Post\n---",
        "---\ntitle: 题\npublished: 2022-03-04\n---",
        '+++\ntitle = "题"\npublishDate = 2022-03-04\n+++',
        "---\ntitle: 题\npublished_at: 2022-03-04\n---",
        '{"title": "题", "Date": "2022-03-04"}',
        '{"title": "题", "publishedAt": "2022-03-04"}',
        "---\ntitle: 题\npublishDate: Fri, 04 Mar 2022  # 上午\nlayout: post  # 快讯\n---",
    ],
)
def test_among_posts_front_matter_with_a_day_makes_a_post(front_matter):
    document = read_among_posts(f"{front_matter}\n正文")
    assert isinstance(document, NewDocument)
    assert (document.post.title, f"{document.post.published_at:%m-%d}") == ("题", "03-03")


@pytest.mark.parametrize(
    ("front_matter", "reason"),
    [
        (
            '{"title": "题"} {"date": "2022-03-04"}',
            "neither its name nor its front matter has a date",
        ),
        ('{"params": {"date": "2022-03-04"}}', "neither its name nor its front matter has a date"),
        (
            "---\ntitle: 题\npublished: true\n---",
            "neither its name nor its front matter has a date",
        ),
        ("---\nlayout: page\ntitle: 题\n---", "neither its name nor its front matter has a date"),
        *(
            (front_matter, "neither its name nor its front matter has a date")
            for front_matter in (
                "---\ntitle: 题\npublishDate:\n---",
                '---\ntitle: 题\npublish_date: ""\n---',
                "---\ntitle: 题\npubDate: 待定  # 2022\n---",
                '{"title": "题", "publishDate": null}',
                '+++\ntitle = "题"\npublished_at = ""\n+++',
            )
        ),
        ("---\nlayout: single\ndate: 2022-03-04\n---", "its layout is single"),
        ('{"layout": "single", "date": "2022-03-04"}', "its layout is single"),
    ],
)
def test_what_is_no_post_among_posts_is_told_with_the_reason(front_matter, reason):
    document = read_among_posts(f"{front_matter}\n正文")
    assert isinstance(document, NoDocument)
    assert str(document.reason) == f"not a post: {reason}"
