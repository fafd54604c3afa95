"""Per-request context, and the last net under a refusal of the domain."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opsledger.core.errors import DomainError
from opsledger.kernel import context, errors, recall

Handler = Callable[[HttpRequest], HttpResponse]


class RequestContextMiddleware:
    """Give each request an id that its ledger entries, log lines and answer carry."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer_id = context.new_request_id()
        # A page does without; programs are told what is wrong with what they sent.
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path.startswith("/api/"):
            _without_nul(request)
        if request.method in ("GET", "HEAD"):
            recall.hold()
        try:
            response = self.get_response(request)
        finally:
            recall.release()
        response["X-Request-Id"] = answer_id
        return response


def _without_nul(request: HttpRequest) -> None:
    """Take out of the address what no database can hold and nobody types; forms refuse it by themselves."""
    told = request.GET.copy()
    for name, values in told.lists():
        told.setlist(name, [value.replace("\x00", "") for value in values])
    request.GET = told  # type: ignore[assignment]


class IdleSessionMiddleware(SessionMiddleware):
    """Sessions end after a time without work (GB/T 22239-2019, 8.1.4.1): what a page asks by itself is none.

    A page that nobody has touched marks its requests with `X-Background`; they neither prolong the session nor
    write it.  A client that leaves the mark away gains nothing that a person at work has not.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.headers.get("X-Background") and not request.session.modified:
            return response
        return super().process_response(request, response)


class DomainErrorMiddleware:
    """Turn a refusal that no view caught into its sentence, as a page or as a fragment."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        told = {"sentence": errors.sentence(error), "code": error.code}
        status = errors.status(error)
        if getattr(request, "htmx", None):
            response = render(request, "parts/refusal.html", told, status=status)
            response["HX-Retarget"] = "#refusals"
            response["HX-Reswap"] = "innerHTML"
            return response
        template = "errors/denied.html" if status == 403 else "errors/refused.html"
        return render(request, template, told, status=status)
