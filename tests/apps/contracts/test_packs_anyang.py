"""The Anyang pack against the tender text: counts by kind, and facts read from the text a second time."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from opsledger.apps.contracts.packs import Pack, load_pack, summary
from opsledger.core.calendars import parse_window
from opsledger.core.payment import instalments, parse_plan
from opsledger.core.scoring import parse_scheme
from opsledger.core.terms import DutyTerm, Period, SlaTerm, describe, from_dict, to_dict

ROOT = Path(__file__).resolve().parents[3]
TEXT = next((p for up in ROOT.parents[:2] if (p := up / "shared/seeds/anyang.txt").is_file()), Path("absent"))


@cache
def pack() -> Pack:
    return load_pack(ROOT / "packs" / "anyang-2026")


# Item by item after a second reading of the text.
COUNTS = {
    "": "approval1 deliverable2 duty4 staffing1",
    "01": "duty4 kpi1",
    "02": "sla4 duty3 kpi2",
    "03": "sla17 duty4 kpi1",
    "04": "sla9 duty3",
    "05": "sla2 duty1 kpi1",
    "06": "sla1 duty1 kpi1 licence1",
    "07": "sla3 duty6",
    "08": "sla8 duty10 deliverable1 licence2",
    "09": "sla3 duty1 quota2",
    "10": "sla2 duty9 kpi3 deliverable4",
    "11": "duty3 kpi1",
    "12": "sla4 duty13 kpi2 deliverable2 staffing1 retention1",
    "13": "duty8 kpi6 deliverable2 licence2 retention1",
    "14": "sla4 duty1",
    "15": "sla4 duty4 staffing1",
    "16": "sla4 duty6 quota9 staffing2 approval2",
    "17": "sla4 duty6",
    "18": "sla4 duty4 licence3",
    "19": "duty5 kpi3",
    "20": "sla4 duty12 kpi2 deliverable1",
    "21": "duty12 deliverable2",
    "22": "sla6 duty6",
    "23": "sla4 duty3 staffing1",
    "24": "sla3 duty18 kpi2 quota1 deliverable4 staffing1 retention1",
    "25": "sla4 duty5",
    "26": "sla4 duty4 quota1",
    "27": "sla4 duty2 deliverable1",
    "28": "sla4 duty5 deliverable1",
    "29": "sla4 duty9 deliverable2",
    "30": "sla3 duty16 kpi2 quota1 deliverable7 staffing1 retention1 approval1",
}


def test_the_terms_of_every_item_are_all_there() -> None:
    found: dict[str, Counter[str]] = {}
    for term in pack().all_terms():
        found.setdefault(term.item, Counter())[str(term.kind)] += 1
    told = {no: Counter({w.rstrip("0123456789"): int(re.sub(r"\D", "", w)) for w in words.split()})
            for no, words in COUNTS.items()}  # fmt: skip
    assert found == told


def test_the_summary_is_what_the_command_line_prints() -> None:
    assert summary(pack()) == {
        "id": "anyang-2026",
        "name": "安阳市本级政务信息化运维项目（2026年度）",
        "items": 30,
        "terms": {
            "sla": 113, "duty": 188, "kpi": 27, "quota": 14, "deliverable": 29,
            "licence": 8, "staffing": 8, "retention": 4, "approval": 4,
        },
    }  # fmt: skip


FACTS = {
    "all.onsite": "驻场运维人员不少于15人",
    "all.local-office": "中标后一周内在本地设立服务机构（中标通知书发出后1周内）",
    "01.upgrade": "每年升级更新2次",
    "01.backup": "备份完整率为100%",
    "02.respond": "15分钟内响应（7×24）",
    "02.resolve.ordinary": "普通故障 4小时内解决（7×24）",
    "02.resolve.severe": "严重故障 2小时内解决（7×24）",
    "02.availability.core": "核心业务系统可用性不低于99.9%",
    "02.availability.general": "一般业务系统可用性不低于99.5%",
    "03.arrive.core.in": "核心故障 工作时间 15分钟内到场（7×24）",
    "03.resolve.core.out": "核心故障 非工作时间 2小时内解决（7×24）",
    "03.resolve.major": "重大故障 4小时内解决（7×24）",
    "03.resolve.function.out": "功能故障 非工作时间 4小时内解决（7×24）",
    "03.deliver.complex": "复杂需求 15个工作日内解决",
    "03.deliver.urgent": "紧急需求 7个工作日内解决",
    "03.respond.question": "5分钟内响应（7×24）",
    "03.downtime": "每月累计中断时长不超过1小时",
    "04.mitigate.1": "一级(紧急) 4小时内应急恢复（7×24）",
    "04.resolve.2": "二级(严重) 24小时内解决（7×24）",
    "04.quarterly": "每季度维护保养1次",
    "05.availability": "可用性不低于99%（7×24）",
    "06.daily": "每日巡检1次",
    "07.resolve": "6小时内解决（7×24）",
    "07.weekly": "每周巡检1次",
    "08.respond": "30分钟内响应（7×8）",
    "08.resolve.hw.medium": "硬件 中等故障 8小时内解决（7×8）",
    "08.resolve.sw.medium": "软件 中等故障 24小时内解决（7×8）",
    "08.report": "每月提交巡查报告",
    "09.resolve": "2小时内解决（7×24）",
    "09.lines": "专线链路为9条",
    "09.bandwidth": "每条专线带宽为150Mbps",
    "10.respond.urgent": "紧急故障 工作时间 2小时内响应（7×24）",
    "10.annual": "每年提交运维总结报告",
    "12.resolve.1": "一级故障 2小时内解决（7×24）",
    "12.restore": "每季度恢复演练1次",
    "12.scan": "每半年漏洞扫描1次",
    "12.downtime": "业务管理系统与数据库每年累计中断时长不超过8.76小时",
    "12.keep-logs": "服务器日志文件留存至少3个月",
    "13.single": "单次中断时长不超过4小时",
    "13.rto": "恢复时间目标低于4小时",
    "13.disk": "磁盘空间资源使用率低于80%",
    "14.respond": "2小时内响应（7×24）",
    "14.resolve.complex": "复杂故障 24小时内解决（7×24）",
    "15.inspection": "每周巡检1次",
    "16.bandwidth": "市级核心节点政务外网带宽合计为17500Mbps",
    "16.county-lines": "市至县（市、区）300M主干线路为9条",
    "16.spare-mce": "备用MCE设备不少于2台",
    "17.daily": "每日巡检1次",
    "18.ssl-wildcard": "国际版通配符SSL证书（2个）服务期内保持有效",
    "19.downtime": "每年累计中断时长不超过2小时",
    "20.resolve.major": "重大故障 48小时内解决（7×24）",
    "20.downtime": "任意设备每年累计中断时长低于40小时",
    "20.repeat": "同一设备每月故障次数低于3次",
    "21.weekly-integrity": "每周核对1次",
    "22.respond.remote": "1小时内远程响应（7×8）",
    "22.resolve.complex": "复杂故障 48小时内解决（7×8）",
    "22.inspection": "每年巡检4次",
    "24.mlps.3": "每个三级系统每年等保测评1次",
    "24.mlps.2": "每个二级系统每2年等保测评1次",
    "24.mlps": "每年测评系统数量不少于50个",
    "24.risk": "每季度风险评估1次",
    "24.drill": "每年应急演练1次",
    "24.training": "每年现场培训2次",
    "24.onsite": "网络安全驻场人员不少于2人（7×8）",
    "26.traffic": "球机流量费用为12个月",
    "28.seal": "每月巡检1次",
    "29.daily": "每日巡检1次",
    "30.inspection": "每个固定点位每周现场巡检2次",
    "30.response-rate": "响应率不低于98%",
    "30.onsite": "遥感监测驻场专业技术人员不少于4人",
    "30.mobile-setup": "移动遥测车摆放调试不超过1小时",
    "30.keep-data": "监测数据留存至少1年",
    "30.disclose": "公开或另用监测数据与分析报告须先经采购人同意",
}


def test_facts_read_from_the_text_a_second_time() -> None:
    lines = {term.key: describe(term) for term in pack().all_terms()}
    assert {key: lines.get(key) for key in FACTS} == FACTS


# respond 15 minutes, arrive 1 hour, simple 2 hours, complex 24 hours, inspection weekly or monthly.
COMMON_STANDARD = ("15", "16", "17", "18", "23", "25", "26", "27", "28", "29")


@pytest.mark.parametrize("no", COMMON_STANDARD)
def test_the_standard_shared_by_ten_items(no: str) -> None:
    limits = {
        (str(t.metric), t.severity): (int(t.value), str(t.unit))
        for t in pack().item(no).terms
        if isinstance(t, SlaTerm)
    }
    assert limits == {
        ("respond", None): (15, "minute"),
        ("arrive", None): (1, "hour"),
        ("resolve", "简单故障"): (2, "hour"),
        ("resolve", "复杂故障"): (24, "hour"),
    }
    rounds = [t for t in pack().item(no).terms if t.key == f"{no}.inspection"]
    assert [(r.count, str(r.period)) for r in rounds if isinstance(r, DutyTerm)] == [
        (1, "week" if no == "15" else "month")
    ]


def test_thirty_systems_of_fourteen_units_are_numbered_in_order() -> None:
    contract = pack()
    assert [item.no for item in contract.items] == [f"{n:02}" for n in range(1, 31)]
    assert len(contract.units) == 14
    assert {item.unit for item in contract.items} == {unit.name for unit in contract.units}
    printed = {
        "08": "人力资源",
        "16": "行政审批",
        "22": "行政审批",
        "24": "行政审批",
        "28": "行政审批",
        "30": "生态环境",
    }
    assert all(word in contract.item(no).unit for no, word in printed.items())


def test_periods() -> None:
    contract = pack()
    assert (contract.period.start, contract.period.end) == (date(2026, 1, 1), date(2026, 12, 31))
    moved = {item.no for item in contract.items if item.period != contract.period}
    assert moved == {"16", "24", "30"}
    assert {contract.item(no).period.anchor for no in moved} == {"confirmed_start"}


CONTRADICTIONS = {
    "19.downtime": "8.76小时",
    "20.downtime": "43.8小时",
    "15.inspection": "每月4次",
    "22.inspection": "一年4次",
    "17.daily": "每月一次",
    "29.daily": "每月一次",
    "13.restore": "建议",
    "08.resolve": "软件24小时",
}


@pytest.mark.parametrize("key", sorted(CONTRADICTIONS))
def test_what_the_text_contradicts_is_an_open_point(key: str) -> None:
    (term,) = [term for term in pack().all_terms() if term.key == key]
    assert any(CONTRADICTIONS[key] in point.what for point in term.open_points)
    assert all(point.default for point in term.open_points)


def test_what_has_no_number_is_a_gap_and_never_dropped() -> None:
    gaps = [t for t in pack().all_terms() if isinstance(t, DutyTerm) and t.period is Period.UNSPECIFIED]
    assert len(gaps) == 76
    assert all(gap.open_points and gap.count is None for gap in gaps)


def test_every_term_has_a_clause_an_owner_and_short_words_of_our_own() -> None:
    terms = pack().all_terms()
    assert all(term.clause.startswith("2.4") and 0 < len(term.summary) <= 40 for term in terms)
    assert len({term.key for term in terms}) == len(terms) == 395
    for term in terms:
        assert from_dict(str(term.kind), to_dict(term)) == term


def test_windows_can_be_read_by_the_calendar() -> None:
    for window in pack().windows.values():
        parse_window(window.hours)
    assert not pack().windows["7x8"].stated


def test_the_scheme_and_its_readings() -> None:
    scheme = parse_scheme(pack().scheme)
    assert [category.title for category in scheme.categories] == [
        "人员驻场情况", "运维工单落实情况", "运维制度建立执行情况",
        "系统巡检巡查情况", "系统安全加固情况", "应急响应情况",
    ]  # fmt: skip
    reduced = scheme.band("reduced")
    assert (reduced.effect.rate, reduced.effect.of) == (Decimal(2), "total")
    assert {point.id for point in scheme.open_points} == {"count_from", "part_points", "base"}


def test_the_plan_pays_the_whole_price_in_four_parts() -> None:
    # 10,000,000.01: three quarters of 2,500,000.00 (rounded half up from .0025), the rest 2,500,000.01.
    plan = parse_plan({**(pack().payment or {}), "price_cny": Decimal("10000000.01")})
    assert list(instalments(plan).values()) == [Decimal("2500000.00")] * 3 + [Decimal("2500000.01")]


@pytest.mark.skipif(not TEXT.is_file(), reason="the tender text is not on this machine")
def test_no_sentence_of_the_document_is_in_the_pack() -> None:
    plain = re.sub(r"\s+", "", TEXT.read_text(encoding="utf-8"))
    told = [t.summary for t in pack().all_terms()]
    told += [p.what for t in pack().all_terms() for p in t.open_points]
    copied = [s for s in told if len(s) >= 22 and re.sub(r"\s+", "", s) in plain]
    assert copied == []
