"""Requests that the description of the API allows, and some that it does not. Each is answered as
it says, by one of its statuses, in its media type and shape."""

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

from articles.api.v1 import api
from newsroom.wsgi import application

# The application closes its connections as it does for any server.
pytestmark = pytest.mark.django_db(transaction=True)

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
OPERATIONS = {
    one.ok().definition.raw["operationId"]: one.ok() for one in SCHEMA.get_all_operations()
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_answer_is_as_described(indexed, settings, name):
    settings.API_LIMIT = 0
    indexed("2022-03-04 09:30", slug="a", title="茅台", securities=[("1.600519", "贵州茅台")])

    @hypothesis.given(case=OPERATIONS[name].as_strategy())
    @hypothesis.settings(max_examples=20)
    def each(case):
        # A name that nothing has is 400, which no description of a text can say.
        case.call_and_validate(
            app=application,
            headers={"Accept-Encoding": "identity"},
            excluded_checks=[positive_data_acceptance],
        )

    each()
