"""The check of the guide fills in the form of a post as a browser does."""

import pytest

from tests.articles.admin.posts import TEXT, address
from tests.articles.imported import import_text
from tests.deploy.desk import Form


@pytest.mark.django_db
def test_it_would_send_back_the_form_of_a_post_as_it_is(admin_client):
    url = address(import_text(TEXT))
    assert url in admin_client.get("/admin/articles/post/?q=锂价回落").content.decode()
    fields = Form(admin_client.get(url).content.decode(), "post_form").fields
    changed = [(name, "改过" if name == "title" else value) for name, value in fields]
    data = {name: [v for n, v in changed if n == name] for name, _ in changed}
    assert admin_client.post(url, data).status_code == 302
    assert admin_client.get(url).context["original"].title == "改过"
    assert admin_client.get(url).context["original"].hand_edited == ["title"]
