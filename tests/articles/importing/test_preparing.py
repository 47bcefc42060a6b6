from dataclasses import fields

from articles.importing.discovery import Found
from articles.importing.preparing import read_and_index
from articles.importing.reading.files import read
from articles.search.text.tokens import index_text
from articles.stories.rarity import pairs_of


def found(name, text):
    return Found(name, content=text.encode())


def test_a_new_document_comes_with_its_text_as_search_stores_it():
    file = found("2022-03-04-x.md", "---\ntitle: 快訊\ndate: 2022-03-04\n---\n<p>國務院</p>")
    new, plain = read_and_index(file), read(file)
    assert new.indexed == index_text("快訊", "", "國務院")
    assert new.evidence.published_at == new.post.published_at
    assert new.evidence.text.pairs.tolist() == sorted(pairs_of("快讯国务务院").tolist())
    assert all(getattr(new, each.name) == getattr(plain, each.name) for each in fields(plain))


def test_any_other_file_comes_as_it_was_read():
    for file in (found("README.md", "# 说明"), found("2022-03-04-x.md", "正文")):
        assert read_and_index(file) == read(file)
