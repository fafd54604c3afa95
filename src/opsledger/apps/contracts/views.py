"""The contract's own pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts.selectors import contract_for
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard()
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contract_for(request.actor, slug)
    return page(request, "contracts/summary.html", {"contract": contract})


@guard()
def obligations(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contract_for(request.actor, slug)
    return page(request, "contracts/summary.html", {"contract": contract})
