"""Every kind of finding on a small contract of its own, and the contradictions of the real documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsledger.reader import lint, read

ABOVE = Path(__file__).resolve().parents[3:]
SEEDS = next((p / "shared" / "seeds" for p in ABOVE if (p / "shared" / "seeds").is_dir()), ABOVE[0] / "seeds")


def _findings(text: str, name: str = "港口调度系统运维") -> list[lint.Finding]:
    return lint.check(read(f"{name}\n{text}".encode(), "contract.txt"))


def _of(kind: str, text: str) -> list[lint.Finding]:
    return [f for f in _findings(text) if f.kind == kind]


@pytest.mark.parametrize(
    ("kind", "wrong", "right"),
    [
        ("frequency_open", "定期对服务器进行巡检。", "每月对服务器进行一次巡检。"),
        # 每周一次 is 52 a year, 一年12次 is 12.
        (
            "frequency_conflict",
            "每周对服务器巡检一次，一年巡检12次。",
            "每月对服务器巡检一次，一年巡检12次。",
        ),
        ("limit_conflict", "故障2小时内响应。\n故障4小时内响应。", "故障2小时内响应。\n故障2小时内响应。"),
        ("limit_order", "故障4小时内到达现场，2小时内解决。", "故障2小时内到达现场，4小时内解决。"),
        (
            "severity_order",
            "小故障4小时内解决，大故障1小时内解决。",
            "小故障1小时内解决，大故障4小时内解决。",
        ),
        (
            "severity_order",
            "一般故障2小时内响应，重大故障4小时内响应。",
            "一般故障4小时内响应，重大故障2小时内响应。",
        ),
        ("limit_without_window", "故障2小时内响应。", "故障2小时内响应。提供7×24小时服务。"),
        ("one_sided_limit", "在甲方规定的时间内完成维修。", "在2日内完成维修。"),
        ("limit_open", "发生故障及时修复。", "发生故障4小时内及时修复。"),
        # 0.1% of 8760 h is 8.76 h; 0.02% is 1.752 h.
        (
            "availability_downtime",
            "可用性≥99.9%，全年中断时长≤2小时。",
            "可用性≥99.9%，全年中断时长≤8.76小时。",
        ),
        (
            "scale_hole",
            "10分：在1小时内响应。\n5分：在2-4小时内响应。",
            "10分：在1小时内响应。\n5分：在1-4小时内响应。",
        ),
        ("deduction_base", "每超时一次，扣2%。", "每超时一次，扣合同金额的2%。"),
        (
            "licence_open",
            "提供1台防毒墙的病毒库授权一年服务。",
            "提供防毒墙授权，授权时间2025.1.1-2025.12.31。",
        ),
        ("no_deliverable", "每月巡检一次。", "每月巡检一次，并提交巡检报告。"),
        ("deliverable_undated", "提交巡检报告。", "每月提交巡检报告。"),
        ("nothing_measurable", "做好系统的技术支持。", "每月巡检一次。"),
    ],
)
def test_kind(kind: str, wrong: str, right: str) -> None:
    found = _of(kind, wrong)
    assert found, kind
    assert not _of(kind, right), kind
    for finding in found:
        assert finding.severity in lint.SEVERITIES
        assert finding.clauses
        assert finding.sentence.endswith("。")
        assert finding.what_to_agree.endswith("。")


def _demands(first: str, second: str) -> str:
    lines = [
        f"需求1：甲系统运维服务，{first}",
        "每月巡检1次。",
        f"需求2：乙系统运维服务，{second}",
        "每月巡检1次。",
    ]
    return "\n".join([*lines, "需求3：丙系统运维服务", "每月巡检1次。"])


def test_a_period_outside_the_contract() -> None:
    contract = "服务期自2025年1月1日起至2025年12月31日止。\n"
    inside, outside = "运维期限：2025年1月1日-2025年6月30日", "运维期限：2025年7月1日-2026年1月31日"
    found = _of("period_outside", contract + _demands(inside, outside))
    assert [f.clauses[0].no for f in found] == ["2"]
    assert "2026-01-31" in found[0].sentence


def test_a_licence_that_ends_inside_the_term() -> None:
    whole = "运维期限：2025年1月1日-2025年12月31日"
    text = _demands(whole, whole) + "\n提供绘图软件授权，授权时间2024.7.1-2025.6.30。"
    found = _of("licence_ends_inside", text)
    assert len(found) == 1
    assert "184天" in found[0].sentence  # 1 July to 31 December: 31+31+30+31+30+31


def test_yearly_counts_in_a_part_of_a_year() -> None:
    text = _demands("运维期限：2025年4月1日-2025年12月31日", "").replace("每月巡检1次", "1年4次巡检", 1)
    found = _of("yearly_in_part_year", text)
    assert len(found) == 1
    assert "9个月" in found[0].sentence


def _list(total: int, group: int) -> str:
    rows = [("序号", "名称", "数量"), ("", "设备总数", str(total)), ("（一）", "网络设备", str(group))]
    rows += [("1", "交换机", "2"), ("2", "路由器", "3"), ("（二）", "服务器", "1"), ("1", "主机", "1")]
    return "\n\n".join("\n".join("\t" + cell for cell in row) for row in rows)


def test_totals_that_do_not_add_up() -> None:
    assert not _of("totals", _list(6, 5))  # 2+3 = 5, 5+1 = 6
    found = _of("totals", _list(9, 8))
    assert len(found) == 2
    assert any("8" in f.sentence and "5" in f.sentence for f in found)
    assert any("9" in f.sentence and "6" in f.sentence for f in found)


def test_every_kind_has_a_name() -> None:
    assert len(lint.KINDS) >= 12
    assert all(name for name in lint.KINDS.values())


def test_spans_point_at_their_quotes() -> None:
    reading = read("港口系统运维\n定期巡检。小故障4小时内解决，大故障1小时内解决。".encode(), "c.txt")
    for finding in lint.check(reading):
        for clause in finding.clauses:
            assert reading.text[clause.span.start : clause.span.end] == clause.quote


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the real documents are not on this machine")
@pytest.mark.parametrize(
    ("seed", "kind", "words"),
    [
        ("guangdong", "totals", "112"),  # printed; the rows make 105
        ("guangdong", "totals", "93"),  # network devices: printed 100
        ("anyang", "availability_downtime", "8.76"),
        ("anyang", "deduction_base", "基数不同"),
        ("anyang", "severity_order", "重大故障"),
        ("zhangjiagang", "scale_hole", "1小时与2小时"),
        ("zhangjiagang", "severity_order", "小故障"),
        ("zhangjiagang", "licence_ends_inside", "2024-12-31"),
        ("zhangjiagang", "yearly_in_part_year", "9个月"),
        ("wenzhou", "one_sided_limit", "一方"),
        ("shaoguan", "limit_without_window", "服务时段"),
    ],
)
def test_what_the_real_documents_contradict(seed: str, kind: str, words: str) -> None:
    path = SEEDS / f"{seed}.txt"
    found = [f for f in lint.check(read(path.read_bytes(), path.name)) if f.kind == kind]
    assert any(words in f.sentence for f in found), [f.sentence for f in found]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("frequency_conflict", "机房UPS每季度维护一次，空调每半年清洗一次，电池每年保养一次。"),
        ("limit_conflict", "县城区域30分钟内、乡镇1.5小时内到达现场。"),
        ("availability_downtime", "系统年可用率≥99.9%，单次停机时间不超过2小时。"),
    ],
)
def test_what_names_its_own_case_is_no_contradiction(kind: str, words: str) -> None:
    assert _of(kind, words) == []
