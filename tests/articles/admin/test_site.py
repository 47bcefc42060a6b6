import pytest
from django.urls import reverse

from articles.models import Security, Source


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["证券", "zqrb", "zhengquan", "ribao"])
def test_sources_are_completed_by_pinyin_too(client_of, spelling):
    for number, name in enumerate(("证券日报", "财联社")):
        Source.objects.create(name=name, slug=f"s-{number}")
    query = {"app_label": "articles", "model_name": "post", "field_name": "source"}
    client, address = client_of("Editor"), reverse("admin:autocomplete")
    found = client.get(address, query | {"term": spelling}).json()["results"]
    assert [one["text"] for one in found] == ["证券日报"]


def test_a_completion_says_the_symbol_of_a_security(client_of):
    Security.objects.create(market=1, code="600519", name="贵州茅台", kind="stock", pinyin="gzmt")
    query = {"app_label": "articles", "model_name": "post", "field_name": "securities"}
    client, address = client_of("Editor"), reverse("admin:autocomplete")
    for spelling in ("茅台", "600519", "gzmt"):
        found = client.get(address, query | {"term": spelling}).json()["results"]
        assert [(one["text"], one["symbol"]) for one in found] == [("贵州茅台", "1.600519")]
