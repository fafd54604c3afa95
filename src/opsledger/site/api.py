"""The API under /api/v1: one description, bearer tokens with scopes, errors as problem+json."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from opsledger.apps.accounts import tokens
from opsledger.apps.assessment.api import router as assessment_router
from opsledger.apps.desk.api import ROUTERS as DESK_ROUTERS
from opsledger.apps.duties.api import router as duties_router
from opsledger.apps.watch.api import router as watch_router
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, errors, recall

PROBLEM = "application/problem+json"


class TokenAuth(HttpBearer):
    """`Authorization: Bearer ol_...`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        recall.hold()  # what the API does changes no settings
        found = tokens.token_for(token, clock.now())
        if found is None:
            return None
        request.api_token = found  # type: ignore[attr-defined]
        request.user = found.user
        request.actor = SimpleLazyObject(lambda: tokens.actor_of(found))  # type: ignore[attr-defined]
        return found


class Api(NinjaAPI):
    """An API whose description says that every refusal is problem+json."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
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
for router in (*DESK_ROUTERS, duties_router, watch_router, assessment_router):
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
    fields = [
        {"field": ".".join(str(part) for part in one["loc"][1:]), "message": one["msg"]}
        for one in error.errors
    ]
    return problem(422, "input.invalid", "输入不符合接口说明，请核对各字段。", fields=fields)


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "request.refused", str(error))
