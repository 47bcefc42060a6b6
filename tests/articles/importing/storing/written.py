"""Documents as an import reads them, and what is stored of them."""

from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.models import (
    Document,
    Mention,
    Post,
    PostCategory,
    Security,
)

CODE = "202203040000000001"


def document(
    name=f"2022-03-04-{CODE}.md",
    *,
    title="锂价回落",
    date="2022-03-04 09:30:00",
    category="emnews",
    tag="东财滚动新闻",
    body="<p>锂价走弱。</p>",
    medium="财联社",
):
    text = (
        f'---\nlayout: post\ntitle: "{title}"\ndate: {date}\ncategories: {category}\n'
        f"tags: {tag}\n---\n{body}"
        f'<p class="em_media">（文章来源：{medium}）</p>\n\n'
        f"<http://finance.eastmoney.com/news/1354,{CODE}.html>\n"
    )
    return read_text(name, text)


def article(**fields):
    fields = {"category": "cailianshe", "tag": "财联社新闻", **fields}
    return document(f"2022-03-04-NW{CODE}.md", **fields)


def plain(name, title, body, *lines):
    text = "\n".join(["---", f"title: {title}", "date: 2022-02-20 10:00:00", *lines, "---", body])
    return read_text(name, text)


def read_text(name, text):
    content = text.encode()
    return read(Found(f"/srv/site/{name}", len(content), content=content))


def mark(symbol, name):
    return f'<a class="keytip" data-code="{symbol.replace(".", ",")}">{name}</a>'


def archive():
    """Everything stored, except ids and the times of writing."""
    return {
        model.__name__: sorted(
            map(repr, model.objects.values_list(*fields)),
        )
        for model, fields in {
            Document: ["file_name", "content", "sha256", "category", "tags", "post__slug"],
            Post: ["slug", "info_code", "title", "digest", "body_html", "body_text",
                   "published_at", "original_url", "source__name", "status"],
            PostCategory: ["post__slug", "category__slug", "category__name", "published_at"],
            Mention: ["post__slug", "security__market", "security__code", "position"],
            Security: ["market", "code", "kind", "name", "names", "pinyin"],
        }.items()
    }  # fmt: skip
