import hashlib
from collections import Counter

from articles.importing.derive import derive, parse_document
from articles.samples import sample_posts


def parsed(count, seed=0):
    return [parse_document(name, text.encode()) for name, text in sample_posts(count, seed)]


def test_the_same_seed_gives_the_same_bytes():
    def digest(seed):
        files = repr(list(sample_posts(200, seed))).encode()
        return hashlib.sha256(files).hexdigest()

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)


def test_there_are_as_many_posts_as_asked_for():
    for count in (0, 1, 2, 300):
        assert len({document.slug for document in parsed(count)}) == count


def test_every_form_of_the_real_posts_is_there():
    files = dict(sample_posts(1_500))
    whole = "\n".join(files.values())
    documents = Counter(document.slug for document in parsed(1_500))
    assert documents.most_common(1)[0][1] >= 2  # pairs of the same article
    assert any(name.startswith("-") for name in files)
    assert any(text.startswith("\n---") for text in files.values())
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


def test_titles_are_varied_enough_for_listings():
    titles = [document.title for document in parsed(1_000)]
    assert len(set(titles)) > 900


def test_every_post_can_be_read_and_names_its_source_but_for_a_few():
    posts = [derive([document]) for document in parsed(500)]
    assert sum(not post.source for post in posts) < 10
    assert sum(bool(post.securities) for post in posts) > 150
    assert all(post.body_text or post.digest for post in posts)
