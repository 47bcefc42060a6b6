"""The content security policy as a header."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentPolicy(CSPMiddleware):
    """django-csp's, with its parts in one order: it has them in that of a set, which every process
    has in another one."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response = super().process_response(request, response)
        if policy := response.get(HEADER):
            response[HEADER] = "; ".join(sorted(policy.split("; ")))
        return response
