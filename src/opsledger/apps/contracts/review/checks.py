"""What is looked at before a contract is made, and what can be suggested for its form."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from opsledger.apps.accounts.models import Organisation, User
from opsledger.apps.contracts.models import DocumentReading, ProposedTerm, ReadingItem
from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.review.levels import levels_of
from opsledger.kernel import clock


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to know before the button is pressed: tone, words, and where to look."""

    tone: str
    word: str
    text: str
    to: str = ""
    query: str = ""


def before_making(reading: DocumentReading) -> list[Check]:
    """Open terms, open findings, items without terms, frequencies to agree on, the order of severities."""
    totals = selectors.totals(reading)
    found = [
        _count(
            totals["open"],
            "还有 {0} 条条款没有处理。请先处理，或勾选“未处理的条款不列入合同”。",
            "条款都已处理。",
            "soon",
            "reading",
            "state=proposed",
        ),
        _count(
            selectors.open_findings(reading),
            "还有 {0} 处疑点没有处理；其中须约定的将作为待约定事项带入合同。",
            "没有未处理的疑点。",
            "gap",
            "reading_findings",
        ),
    ]
    return [
        *found,
        *_of_items(reading),
        *_of_frequencies(reading),
        *_of_the_term(reading),
        *_of_levels(reading),
    ]


def _of_items(reading: DocumentReading) -> list[Check]:
    """Items without a single term."""
    bare = (
        ReadingItem.objects.filter(reading=reading, live=True, common=False)
        .annotate(kept=Count("terms", filter=Q(terms__live=True, terms__state__in=selectors.ACCEPTED)))
        .filter(kept=0)
    )
    names = "、".join(str(item) for item in bare[:5])
    if not names:
        return []
    return [Check("soon", "请留意", f"{bare.count()} 个服务项没有一条接受的条款：{names}等。")]


def _of_frequencies(reading: DocumentReading) -> list[Check]:
    """Duties and deliverables that do not say how often."""
    live = ProposedTerm.objects.filter(reading=reading, live=True, state__in=selectors.ACCEPTED)
    vague = live.filter(
        Q(kind="duty", data__period="unspecified")
        | Q(kind="deliverable", data__cadence=None, data__anchors=[])
    ).count()
    if not vague:
        return []
    return [Check("gap", "待约定", f"{vague} 条没有写明频次或提交周期，将列为缺口，由双方约定后排计划。")]


def _of_the_term(reading: DocumentReading) -> list[Check]:
    """A service term that is over, or has begun."""
    told = suggested(reading)
    starts, ends = (str(reading.details.get(name) or told[name] or "") for name in ("starts_on", "ends_on"))
    today = clock.today().isoformat()
    if ends and ends < today:
        said = f"服务期已于 {ends} 结束：要排出历史任务，请把“从哪一天起在这里记录履约”清空。"
    elif starts and starts < today:
        said = f"服务期从 {starts} 开始，已经过去一段。“从哪一天起在这里记录履约”之前到期的任务不排期，也不记超期。"
    else:
        return []
    return [Check("soon", "请留意", said)]


def _of_levels(reading: DocumentReading) -> list[Check]:
    """The order in which the document's severities are taken."""
    levels = [level["word"] for level in levels_of(reading)]
    if not levels:
        return []
    order = " > ".join(levels[:12]) + (" > …" if len(levels) > 12 else "")
    return [Check("waiting", "请核对", f"故障等级由重到轻按此排列：{order}。", "reading_levels")]


def _count(number: int, some: str, none: str, tone: str, to: str, query: str = "") -> Check:
    if number:
        return Check(tone, "请处理" if tone == "soon" else "待约定", some.format(number), to, query)
    return Check("ok", "完成", none)


def suggested(reading: DocumentReading) -> dict[str, Any]:
    """Name, address, term and window as far as the document tells them."""
    rows = list(ReadingItem.objects.filter(reading=reading, live=True))
    dated = [row for row in rows if row.starts_on and row.ends_on]
    windows = Counter(word for row in rows for word in row.windows if word != "custom")
    starts_on = min((row.starts_on for row in dated if row.starts_on), default=None)
    return {
        "name": reading.name,
        "short_name": reading.name[:20],
        "slug": f"contract-{reading.created_at.year}-{reading.pk}",
        "starts_on": starts_on,
        "tracked_from": None if starts_on and starts_on >= clock.today() else clock.today(),
        "ends_on": max((row.ends_on for row in dated if row.ends_on), default=None),
        "default_window": windows.most_common(1)[0][0] if windows else "7x24",
    }


def organisation_names() -> dict[str, list[str]]:
    """Known names by kind, offered while one types."""
    found: dict[str, list[str]] = {}
    for kind, name in Organisation.objects.order_by("name").values_list("kind", "name"):
        found.setdefault(kind, []).append(name)
    return found


def organisation_of(user_id: int | None) -> tuple[str, str] | None:
    """Kind and name of a person's own organisation."""
    user = User.objects.filter(pk=user_id).select_related("organisation").first()
    return (user.organisation.kind, user.organisation.name) if user and user.organisation else None
