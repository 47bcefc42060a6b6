import pytest

from articles.importing.reading.sanitizer import sanitize


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>沪指<strong>涨</strong></p>", "<p>沪指<strong>涨</strong></p>"),
        ("<script>alert(1)</script>文", "文"),
        ("<style>p{}</style>文", "文"),
        ('<p onclick="alert(1)" style="color:red" id="x">文</p>', "<p>文</p>"),
        ('<a href="javascript:alert(1)">文</a>', "<a>文</a>"),
        ('<a href="&#x6a;avascript:alert(1)">文</a>', "<a>文</a>"),
        ("<iframe src=https://example.com></iframe>文", "文"),
        ("<form action=/x><input name=a>文</form>", "文"),
        ("<span>文</span><!-- 注 -->", "文"),
        ('<abbr title="首发" lang="zh">IPO</abbr>', '<abbr title="首发">IPO</abbr>'),
        (
            '<a class="security evil" data-code="1.600519" href="/security/1.600519/">茅台</a>',
            '<a class="security" data-code="1.600519" href="/security/1.600519/">茅台</a>',
        ),
    ],
)
def test_only_what_is_listed_survives(html, safe):
    assert sanitize(html) == safe


def test_pictures_load_lazily_and_without_referrer():
    safe = sanitize('<img src="https://example.com/a.jpg" onerror="alert(1)" loading="eager">')
    assert 'loading="lazy"' in safe
    assert 'referrerpolicy="no-referrer"' in safe
    assert "onerror" not in safe


def test_pictures_in_the_address_itself_are_refused():
    assert "data:" not in sanitize('<img src="data:image/svg+xml,<svg onload=alert(1)>">')


def test_sanitising_twice_changes_nothing_more():
    html = "<table><tr><td colspan=2>一<td>二</table><p>未完<b>粗<p>体</b>&lt;script&gt;"
    assert sanitize(sanitize(html)) == sanitize(html)
