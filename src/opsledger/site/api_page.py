"""接口文档: the API's own description, drawn as a page; nothing is loaded from elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from opsledger.apps.accounts.scopes import SCOPES
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page
from opsledger.site.api import api

GROUPS = {
    "tickets": "工单",
    "acts": "可办的操作、时限与处理单",
    "glance": "看板、大屏与到期",
    "lists": "批量、筛选与列",
    "intake": "报修须知、来电与报修码",
    "beside": "批准、关联、附件与回访",
    "consents": "先经同意与紧急处置",
    "changes": "变更与问题",
    "knowledge": "知识库",
    "rosters": "值班、升级与变更窗口",
    "figures": "服务台统计",
    "desk_settings": "服务台设置",
    "channels": "消息通道与来信",
    "replies": "常用语与答复",
    "duties": "履约任务与义务",
    "rounds": "检查",
    "findings": "隐患",
    "templates": "检查表",
    "samples": "抽查",
    "quotas": "限量服务",
    "staff": "驻场人员与考勤",
    "plans": "日历、矩阵与工作量",
    "contracts": "合同与条款",
    "people": "人员与消息",
    "assets": "资产",
    "stock": "备品备件、接管与导入",
    "ledger": "台账",
    "watch": "可用性与中断",
    "assessment": "考核与付款",
    "documents": "交付物与报告",
}
_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "是/否",
    "object": "对象",
    "array": "列表",
}
_FORMATS = {"date-time": "时间（带时区）", "date": "日期", "binary": "文件"}


@guard()
def api_page(request: HttpRequest) -> HttpResponse:
    """Every operation with what it takes and gives, in the words of the screens."""
    return page(request, "api_page.html", {"groups": _groups(), "schemas": _schemas(), "scopes": SCOPES})


@lru_cache(maxsize=1)
def _told() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


def _groups() -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {tag: [] for tag in GROUPS}
    for path, operations in _told()["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]].append(_operation(path, method, operation))
    return [{"tag": tag, "word": GROUPS[tag], "operations": rows} for tag, rows in found.items()]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    kind, given = next(iter(body.items()), ("", {}))
    schema = given.get("schema", {})
    status, answer = next(
        ((code, one) for code, one in operation["responses"].items() if int(code) < 300), (200, {})
    )
    content = next(iter(answer.get("content", {}).values()), {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "parameters": [
            {
                "name": one["name"],
                "where": {"path": "地址", "query": "参数", "header": "标头"}[one["in"]],
                "required": one.get("required", False),
                "type": _type(one["schema"]),
                "text": one.get("description") or one["schema"].get("description", ""),
            }
            for one in operation.get("parameters", [])
        ],
        "body": _name(schema) or ("表单" if kind.startswith("multipart") else ""),
        "body_fields": _fields(_whole(schema)) if schema else [],
        "status": status,
        "gives": _type(content["schema"]) if content else "",
        "gives_name": _name(content.get("schema", {})) or _name(content.get("schema", {}).get("items", {})),
    }


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    name = _name(schema)
    return dict(_told()["components"]["schemas"][name]) if name else schema


def _type(schema: dict[str, Any]) -> str:
    """A type in words: "时间（带时区）或空", "列表：TicketRow"."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
        word = "、".join(_type(one) for one in kinds)
        return f"{word}或空" if len(kinds) < len(schema["anyOf"]) else word
    if "enum" in schema:
        return "、".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"列表：{_type(schema.get('items', {}))}"
    return _FORMATS.get(schema.get("format", ""), _TYPES.get(schema.get("type", ""), "任意"))


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "type": _type(one),
            "required": name in required,
            "text": one.get("description", ""),
        }
        for name, one in schema.get("properties", {}).items()
    ]


def _schemas() -> list[dict[str, Any]]:
    """What comes back, by name."""
    rows = _told()["components"]["schemas"]
    return [
        {"name": name, "fields": _fields(schema)}
        for name, schema in sorted(rows.items())
        if schema.get("properties")
    ]
