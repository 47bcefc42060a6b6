import hashlib
from collections import Counter

import pytest

from articles.importing.reading.derive import derive, parse_document
from articles.samples import sample_posts, write_sample_posts

COUNT = 1_000


def parsed(files):
    return [parse_document(name, text.encode()) for name, text in files]


@pytest.fixture(scope="module")
def files():
    return list(sample_posts(COUNT))


@pytest.fixture(scope="module")
def documents(files):
    return parsed(files)


def test_the_same_seed_gives_the_same_bytes():
    def digest(seed):
        files = repr(list(sample_posts(200, seed))).encode()
        return hashlib.sha256(files).hexdigest()

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)


def test_there_are_as_many_posts_as_asked_for(documents):
    for count in (0, 1, 2, 100):
        assert len({document.slug for document in parsed(sample_posts(count))}) == count
    assert len({document.slug for document in documents}) == COUNT


def test_they_are_written_byte_for_byte_into_a_folder_of_their_own(tmp_path):
    folder = tmp_path / "new" / "posts"
    files = sample_posts(20, seed=3)
    assert write_sample_posts(folder, 20, seed=3) == len(list(folder.iterdir()))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        name: text.encode() for name, text in files
    }
    with pytest.raises(FileExistsError, match="not empty"):
        write_sample_posts(folder, 1)


def test_every_form_of_the_real_posts_is_there(files, documents):
    whole = "\n".join(text for _, text in files)
    slugs = Counter(document.slug for document in documents)
    assert slugs.most_common(1)[0][1] >= 2  # pairs of the same article
    assert any(name.startswith("-") for name, _ in files)
    assert any(text.startswith("\n---") for _, text in files)
    for mark in (
        'title: ""',
        "\\",
        "date:  +0800",
        "\n<>",
        "categories: \n",
        "tags: 新闻\n",
        "categories: sitenews",
        "  nancailicaitong",
        "(xianggang)",
        "infoCode=NW",
        "choicewzp1.eastmoney.com",
        'class="keytip"',
        'class="em_stock_key_common"',
        'class="infokey"',
        'id="bk_90.',
        'id="Info.116.',
        "EM_StockImg_Start",
        "display:none",
        "orginial_src",
        "<table>",
        "\n> ",
        "](../emnews/)",
        "｜[返回首页]",
    ):
        assert mark in whole, mark


def test_titles_are_varied_enough_for_listings(documents):
    titles = {document.title for document in documents}
    assert len(titles) > 900


def test_every_post_can_be_read_and_all_except_a_few_name_their_source(documents):
    posts = [derive([document]) for document in documents[::2]]
    assert sum(not post.source for post in posts) < 10
    assert sum(bool(post.securities) for post in posts) > 150
    assert all(post.body_text or post.digest for post in posts)
