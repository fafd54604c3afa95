"""The menu: what stands in it, for which roles, in which order.  What a role cannot use is not there."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from opsledger.kernel import access

B, U, M, E = access.BUYER, access.UNIT, access.MANAGER, access.ENGINEER
S, A = access.SUPERVISOR, access.AUDITOR
ALL = frozenset({B, U, M, E, S, A})


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the menu: its word, icon, url name, and the roles that see it."""

    label: str
    icon: str
    to: str
    roles: frozenset[str] = ALL


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    entries: tuple[Entry, ...]


CONTRACT_MENU = (
    Group(
        "服务台",
        (
            Entry("报修", "message-plus", "desk:report", frozenset({U, M, E, B})),
            Entry("工单", "ticket", "desk:tickets"),
            Entry("我的待办", "list-check", "desk:todo"),
            Entry("看板", "layout-kanban", "desk:board", frozenset({M, E, B, S})),
            Entry("到期日历", "calendar-due", "desk:due", frozenset({M, E, B, S, U})),
            Entry("服务台统计", "chart-dots", "desk:figures"),
            Entry("变更", "git-branch", "desk:changes", frozenset({M, E, B, S, A})),
            Entry("问题", "bug", "desk:problems", frozenset({M, E, B, S, A})),
            Entry("知识库", "book-2", "desk:articles"),
            Entry("值班", "calendar-user", "desk:roster", frozenset({M, E, B, S})),
            Entry("服务台设置", "settings", "desk:settings", frozenset({M, B, S, A})),
            Entry("待我批准", "checkbox", "desk:approvals", frozenset({B, U, S})),
        ),
    ),
    Group(
        "履约",
        (
            Entry("合同", "file-certificate", "contracts:summary"),
            Entry("读合同", "file-search", "contracts:readings", frozenset({B, M})),
            Entry("义务", "checklist", "duties:obligations", frozenset({B, M, E, S, A})),
            Entry("任务", "calendar-check", "duties:occurrences", frozenset({B, M, E, S, A})),
            Entry("任务日历", "calendar", "duties:calendar", frozenset({B, M, E, S, A})),
            Entry("履约矩阵", "grid-dots", "duties:matrix", frozenset({B, M, E, S, A})),
            Entry("隐患", "alert-octagon", "duties:findings"),
            Entry("检查表", "clipboard-list", "duties:templates", frozenset({B, M, E, S, A})),
            Entry("限量服务", "gauge", "duties:quotas", frozenset({B, M, E, S, A})),
            Entry("工作量", "chart-bar", "duties:workload", frozenset({B, M, E, S, A})),
            Entry("驻场人员", "user-check", "duties:staff", frozenset({B, M, E, S, A})),
        ),
    ),
    Group(
        "资产与监控",
        (
            Entry("资产", "server", "assets:assets"),
            Entry("可用性", "activity", "watch:availability"),
        ),
    ),
    Group(
        "考核与付款",
        (
            Entry("考核", "report-analytics", "assessment:periods", frozenset({B, M, S, A})),
            Entry("付款", "cash", "assessment:payments", frozenset({B, M, S, A})),
            Entry("交付物", "package", "documents:register", frozenset({B, M, E, S, A})),
            Entry("报告与归档", "report", "documents:reports", frozenset({B, M, S, A})),
        ),
    ),
    Group(
        "台账",
        (
            Entry("台账", "book", "ledger:entries"),
            Entry("人员", "users", "accounts:people", frozenset({B, M, S, A})),
        ),
    ),
)

# The keys that lead to a place, one after the other; a letter alone only where something new is begun.
KEYS = {
    "home": "g h",
    "desk:report": "c",
    "desk:tickets": "g l",
    "desk:board": "g b",
    "desk:todo": "g o",
    "desk:due": "g e",
    "desk:figures": "g s",
    "desk:articles": "g k",
    "duties:occurrences": "g d",
    "duties:findings": "g f",
    "contracts:summary": "g c",
    "assets:assets": "g a",
    "assessment:periods": "g p",
    "ledger:entries": "g t",
}

# Pages without a place of their own in the menu, and the place under which people look for them.
UNDER = {
    "desk:channels": "desk:settings",
    "desk:ladder": "desk:settings",
    "desk:replies": "desk:settings",
    "desk:report_templates": "desk:settings",
    "desk:codes": "desk:settings",
    "desk:channel": "desk:settings",
    "desk:code": "desk:settings",
    "desk:recent": "desk:todo",
    "desk:mails": "desk:settings",
    "desk:phone": "desk:tickets",
    "desk:bulk": "desk:tickets",
    "desk:wall": "desk:board",
    "desk:windows": "desk:changes",
    "duties:samples": "duties:occurrences",
    "duties:sample": "duties:occurrences",
    "duties:round": "duties:occurrences",
    "assessment:readings": "assessment:periods",
    "documents:acceptance_report": "documents:reports",
}

TOOLS = (Entry("时限计算器", "clock-hour-4", "calculator"), Entry("接口文档", "api", "api_page"))
ADMIN = (
    Entry("合同与角色", "file-certificate", "contracts:all"),
    Entry("读合同", "file-search", "contracts:readings"),
    Entry("用户", "users", "accounts:users"),
    Entry("平台运行", "heart-rate-monitor", "health"),
)

BOTTOM: dict[str, tuple[Entry, ...]] = {
    E: (Entry("我的一天", "sun", "home"), Entry("工单", "ticket", "desk:tickets")),
    U: (
        Entry("首页", "home", "home"),
        Entry("报修", "message-plus", "desk:report"),
        Entry("工单", "ticket", "desk:tickets"),
    ),
    M: (
        Entry("工作台", "home", "home"),
        Entry("工单", "ticket", "desk:tickets"),
        Entry("任务", "calendar-check", "duties:occurrences"),
    ),
    B: (
        Entry("工作台", "home", "home"),
        Entry("合同", "file-certificate", "contracts:summary"),
        Entry("考核", "report-analytics", "assessment:periods"),
    ),
    S: (
        Entry("工作台", "home", "home"),
        Entry("任务", "calendar-check", "duties:occurrences"),
        Entry("工单", "ticket", "desk:tickets"),
    ),
    A: (Entry("工作台", "home", "home"), Entry("台账", "book", "ledger:entries")),
}
# Who administers the installation and holds no role in a contract.
BOTTOM_ADMIN = (
    Entry("工作台", "home", "home"),
    Entry("合同", "file-certificate", "contracts:all"),
    Entry("用户", "users", "accounts:users"),
)
BOTTOM_END = (Entry("消息", "bell", "accounts:notices"), Entry("我", "user", "accounts:me"))


def link(to: str, slug: str | None) -> str | None:
    """The address of a url name, with the contract in view where it takes one; None if it has no place."""
    for kwargs in ({"slug": slug}, {}) if slug else ({},):
        try:
            return reverse(to, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return None
