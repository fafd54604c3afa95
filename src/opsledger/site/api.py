"""The API under /api/v1: one description, bearer tokens with scopes, errors as problem+json."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from opsledger.apps.accounts import tokens
from opsledger.apps.accounts.api import router as people_router
from opsledger.apps.assessment.api import ROUTERS as ASSESSMENT_ROUTERS
from opsledger.apps.assets.api import ROUTERS as ASSETS_ROUTERS
from opsledger.apps.contracts.api import ROUTERS as CONTRACTS_ROUTERS
from opsledger.apps.desk.api import ROUTERS as DESK_ROUTERS
from opsledger.apps.documents.api import router as documents_router
from opsledger.apps.duties.api import ROUTERS as DUTIES_ROUTERS
from opsledger.apps.ledger.api import router as ledger_router
from opsledger.apps.watch.api import ROUTERS as WATCH_ROUTERS
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, errors, recall, uploads
from opsledger.kernel.access import public
from opsledger.site import api_words

PROBLEM = "application/problem+json"


class TokenAuth(HttpBearer):
    """`Authorization: Bearer ol_...`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        recall.hold()  # what changes settings lets go of it again: see tokens.must
        found = tokens.token_for(token, clock.now())
        if found is None:
            return None
        request.api_token = found  # type: ignore[attr-defined]
        request.user = found.user
        request.actor = SimpleLazyObject(lambda: tokens.actor_of(found))  # type: ignore[attr-defined]
        return found


class Api(NinjaAPI):
    """An API whose description says that every refusal is problem+json.

    Describing some two hundred operations takes seconds, and the description does not change while a process runs:
    it is made once.
    """

    _told: dict[str, Any] | None = None

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        """The description; what is told is shared, never change it."""
        if self._told is None:
            self._told = self._describe(*args, **kwargs)
        return self._told

    def _describe(self, *args: Any, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(*args, **kwargs)
        for named in schema["components"]["schemas"].values():
            named.pop("description", None)  # the docstrings are for those who read the code
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation.pop("description", None)
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:
                        answer["content"] = {PROBLEM: answer["content"]["application/json"]}
        return schema


api = Api(
    title="OpsLedger",
    version="1.0",
    description="运维台账接口。令牌在“我的资料”页签发，以 Authorization: Bearer 传递；说明见“接口文档”页。",
    auth=TokenAuth(),
    docs_url=None,
    urls_namespace="api",
)
for router in (
    *DESK_ROUTERS,
    *DUTIES_ROUTERS,
    *CONTRACTS_ROUTERS,
    people_router,
    *ASSETS_ROUTERS,
    ledger_router,
    *WATCH_ROUTERS,
    *ASSESSMENT_ROUTERS,
    documents_router,
):
    api.add_router("", router)


def problem(status: int, code: str, detail: str, **more: object) -> HttpResponse:
    """An answer that says what went wrong, with the code that the screens use."""
    body = {
        "type": f"about:blank#{code}",
        "title": code,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=status, content_type=PROBLEM
    )


@csrf_exempt
@public("an address under the API that leads nowhere tells nobody anything")
def no_operation(request: HttpRequest) -> HttpResponse:
    """An address under the API that is none of its operations."""
    return problem(404, "api.no_operation", "接口里没有这个地址。请查阅“接口文档”页，核对路径与拼写。")


class ApiMethodMiddleware:
    """A wrong method on a right address is told as every refusal of the API is; `Allow` names the right ones."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or not request.path.startswith("/api/v1/"):
            return response
        told = problem(
            405, "api.wrong_method", f"这个地址不接受 {request.method}，请用 {response['Allow']}。"
        )
        told["Allow"] = response["Allow"]
        return told


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem(errors.status(error), error.code, errors.sentence(error))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", "没有这条记录，或不在您的权限范围内。")


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = problem(401, "token.invalid", "令牌缺失、已过期或已撤销。请重新签发令牌。")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    try:
        uploads.check_request(request)
    except DomainError as dropped:
        # The file that seems to be missing was too large to be let in.
        return refused(request, dropped)
    fields = [
        {
            "field": ".".join(str(part) for part in one["loc"][1:]),
            "message": api_words.said(one["type"], one.get("ctx") or {}, one["msg"]),
        }
        for one in error.errors
    ]
    return problem(422, "input.invalid", "输入不符合接口说明，请核对各字段。", fields=fields)


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    unread = str(error).startswith("Cannot parse")
    said = "请求的正文不能读取：应为 JSON，编码为 UTF-8。" if unread else str(error)
    return problem(error.status_code, "request.refused", said)
