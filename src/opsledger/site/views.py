"""Answers that belong to no single room: is it alive, and the refusal of a stale form."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from opsledger.kernel.access import public


@public("a load balancer asks whether the process and its database answer")
def healthz(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that is too old, or from a session that has ended."""
    return render(
        request,
        "errors/refused.html",
        {
            "sentence": "页面停留过久或登录已过期，本次提交没有生效。请返回上一页复制您填写的内容，刷新后重新提交。"
        },
        status=403,
    )
