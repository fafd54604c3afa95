"""Contract lint: what will lead to quarrels, each with the clauses side by side and what to agree on."""

from __future__ import annotations

from opsledger.reader.lint import availability, frequencies, gaps, limits, periods, scales, totals
from opsledger.reader.lint.findings import SEVERITIES, Clause, Finding
from opsledger.reader.reading import Reading

__all__ = ["KINDS", "SEVERITIES", "Clause", "Finding", "check"]

KINDS = {
    "frequency_open": "频次未定",
    "frequency_conflict": "频次矛盾",
    "yearly_in_part_year": "不足一年而按年计次",
    "limit_conflict": "时限矛盾",
    "limit_order": "先后颠倒",
    "severity_order": "轻重颠倒",
    "limit_without_window": "时限缺服务时段",
    "one_sided_limit": "时限由一方规定",
    "limit_open": "只有及时没有时限",
    "availability_downtime": "可用性与中断时长矛盾",
    "scale_hole": "评分有空档",
    "deduction_base": "扣款基数不明",
    "totals": "清单总数不符",
    "period_outside": "期限超出合同",
    "licence_ends_inside": "授权在服务期内到期",
    "licence_open": "授权期限未定",
    "no_deliverable": "没有交付物",
    "deliverable_undated": "交付周期未定",
    "nothing_measurable": "无可考核内容",
}
"""Every kind of finding and its name on screen."""

_CHECKS = (totals, availability, limits, frequencies, periods, scales, gaps)


def check(reading: Reading) -> list[Finding]:
    """All findings of a document, the gravest first, then by place; pure, linear in the number of terms."""
    found = [finding for part in _CHECKS for finding in part.check(reading)]
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.clauses[0].span.start, f.kind))
