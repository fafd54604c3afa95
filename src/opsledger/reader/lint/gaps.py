"""Items that leave no paper, and work that nobody could prove."""

from __future__ import annotations

from collections.abc import Iterator

from opsledger.reader.lint.findings import Finding, of_facts, of_name
from opsledger.reader.reading import Reading


def check(reading: Reading) -> Iterator[Finding]:
    for item in reading.items:
        if item.common:
            continue
        kinds = {p.kind for p in item.proposals}
        if "deliverables" not in kinds:
            yield Finding(
                "no_deliverable",
                "low",
                (of_name(reading, item),),
                f"服务项{item.no}没有任何要交付的文档，验收时缺少依据。",
                "约定至少一份定期提交的文档（如月度运维报告或巡检记录）。",
            )
        if not kinds:
            yield Finding(
                "nothing_measurable",
                "medium",
                (of_name(reading, item),),
                f"服务项{item.no}没有时限、频次、指标或数量，无法考核。",
                "约定至少一个可以核对的要求，或写明随其他服务项考核。",
            )
        untimed = [p for p in item.proposals if p.kind == "deliverables" and p.fields["cadence"] is None]
        if untimed and len(untimed) == sum(p.kind == "deliverables" for p in item.proposals):
            yield Finding(
                "deliverable_undated",
                "low",
                of_facts(reading, item, untimed),
                f"服务项{item.no}的文档都没有写多久交一次。",
                "约定每份文档的周期或触发条件，以及提交期限。",
            )
