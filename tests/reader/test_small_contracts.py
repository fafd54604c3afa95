"""Contracts made up here, in the layouts and the language of real ones, with what they bind to.

These always run, wherever the labelled documents are not; each expectation was written by hand from the text.
"""

from __future__ import annotations

from opsledger.reader import Item, Reading, read

HARBOUR = """# 港口信息化设备维保需求

## 一、维保对象
码头机房与闸口设备。

## 二、维保要求
1、故障分级与时限如下：

| 故障程度 | 含义 | 到现场时间 | 排除时间 |
|---|---|---|---|
| 一般故障 | 不影响装卸 | ≤4小时 | ≤8小时 |
| 紧急故障 | 闸口停摆 | ≤1小时 | ≤2小时 |

2、每季度对全部设备巡检一次，巡检完成后3个工作日内提交巡检报告。
3、核心设备每周检查一次（不出报告）；第六个月提交半年报告，验收前一个月提交年终总结报告。
4、派驻2名工程师，值守时间为工作日8:30-17:30。
5、系统可用率不低于99.5%，操作日志保存不少于六个月。
6、系统停机维护应提前3天书面通知采购人。
7、提供不超过20人天的二次开发服务。
8、数据库每日增量备份、每周全量备份，备份数据保留90天；每半年进行一次恢复验证。
9、重大节假日前对系统进行一次全面检查。
"""

SECURITY = """某新区政务网络安全服务项目
一、服务目标
政务网络平稳运行。
二、项目服务内容
1.网络安全风险评估服务
对自有系统进行分析。
服务交付物：《风险评估报告》
服务频次：每年一次（可按需要调整）。
2.渗透测试服务
对应用系统进行渗透测试，并协助整改。
服务交付物：《渗透测试报告》《渗透复测报告》
服务频次：每半年一次。
3.漏洞扫描服务
服务交付物：《漏洞扫描报告》
服务频次：每月一次，重要时期按需增加。
4.驻场服务
派驻2名安全工程师，5×8小时驻场，重保期间7×24小时值守。
服务交付物：日报、周报、月报
5.应急响应服务
发生特别重大事件，10分钟内响应，1小时内到达现场，4小时内处置完毕，事后3个工作日内提交事件分析报告。
服务频次：按需，不限次数。
6.攻防演练服务
服务频次：每年至少1次，每次不少于5天。
服务交付物：《演练方案》、《演练总结报告》
三、付款方式
合同签订后10个工作日内支付30%。
四、考核办法
每发生一次安全责任事故，扣除合同总价的1%。
"""

STATION = """某市空氣自動站運維服務需求
一、服務範圍
對5個監測站提供運行維護。
二、服務要求
1.每周至少巡檢1次，每月清洗空調外機。
2.每半年多點校準1次，顆粒物流量每月校準一次。
3.儀器故障應在2小時內響應，4小時內到達現場，24小時內修復；48小時內無法修復的，須提供備機。
4.數據傳輸率不低於95%。
5.配備運維人員不少於3人，每年提交年度質控報告。
"""

CLOUD = """采购需求
一、服务内容
（一）政务云平台运维服务
1.服务时间：7×24小时。
2.服务要求：故障响应时间不超过10分钟，P1故障恢复时间≤30分钟，P2故障恢复时间≤2小时。平台可用性达到99.95%以上。
3.每日巡检2次，每周出具周报，每月出具月报。
（二）智慧停车系统维护服务
1.服务时间：5×8小时。
2.响应：工作时间内30分钟响应，非工作时间2小时内响应；现场故障4小时内到达，24小时内修复。
3.道闸设备每季度保养一次，每年至少两次全面检修，形成保养记录。
（三）视频会议系统保障服务
1.每年提供会议保障不少于50场。
2.故障发生后2小时内更换备用设备。
"""


def _read(text: str) -> Reading:
    return read(text.encode(), "contract.md")


def _sla(item: Item) -> list[tuple[object, ...]]:
    names = ("severity", "metric", "value", "unit", "clock")
    return [tuple(p.fields[n] for n in names) for p in item.proposals if p.kind == "sla"]


def _duties(item: Item) -> list[tuple[object, ...]]:
    names = ("activity", "count", "period", "every")
    return [tuple(p.fields[n] for n in names) for p in item.proposals if p.kind == "duties"]


def _documents(item: Item) -> list[tuple[object, object]]:
    return [(p.fields["name"], p.fields["cadence"]) for p in item.proposals if p.kind == "deliverables"]


def _numbers(item: Item, kind: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(p.fields[n] for n in names) for p in item.proposals if p.kind == kind]


def test_one_system_with_a_table_of_levels() -> None:
    (item,) = _read(HARBOUR).items
    assert item.name == "港口信息化设备维保需求"
    assert item.windows == ["custom"]
    assert _sla(item) == [
        ("一般故障", "arrive", 4, "hour", "any"),
        ("一般故障", "resolve", 8, "hour", "any"),
        ("紧急故障", "arrive", 1, "hour", "any"),
        ("紧急故障", "resolve", 2, "hour", "any"),
        (None, "report", 3, "workday", "any"),
        (None, "notice", 3, "day", "any"),
    ]
    assert _duties(item) == [
        ("inspection", 1, "quarter", 1),
        ("inspection", 1, "week", 1),
        ("backup", 1, "day", 1),
        ("backup", 1, "week", 1),
        ("restore_test", 1, "halfyear", 1),
    ]
    assert _documents(item) == [("巡检报告", "quarter"), ("半年报告", "halfyear"), ("年终总结报告", "year")]
    assert _numbers(item, "kpis", "metric", "op", "value") == [("availability", ">=", 99.5)]
    assert _numbers(item, "quotas", "op", "value", "unit") == [("<=", 20, "人日")]
    assert _numbers(item, "staffing", "min") == [(2,)]
    assert _numbers(item, "retention", "value", "unit") == [(6, "month"), (90, "day")]


def test_numbered_services_are_items_with_their_own_frequency() -> None:
    reading = _read(SECURITY)
    assert [(i.no, i.name) for i in reading.items] == [
        ("1", "网络安全风险评估服务"),
        ("2", "渗透测试服务"),
        ("3", "漏洞扫描服务"),
        ("4", "驻场服务"),
        ("5", "应急响应服务"),
        ("6", "攻防演练服务"),
    ]
    assert [_duties(i) for i in reading.items] == [
        [("risk_assessment", 1, "year", 1)],
        [("pentest", 1, "halfyear", 1)],
        [("vuln_scan", 1, "month", 1)],
        [],
        [],
        [("drill", 1, "year", 1)],
    ]
    assert [[name for name, _ in _documents(i)] for i in reading.items] == [
        ["风险评估报告"],
        ["渗透测试报告", "渗透复测报告"],
        ["漏洞扫描报告"],
        ["日报", "周报", "月报"],
        ["事件分析报告"],
        ["演练方案", "演练总结报告"],
    ]
    assert reading.items[3].windows == ["5x8", "7x24"]
    assert _sla(reading.items[4]) == [
        ("特别重大事件", "respond", 10, "minute", "any"),
        ("特别重大事件", "arrive", 1, "hour", "any"),
        ("特别重大事件", "resolve", 4, "hour", "any"),
        ("特别重大事件", "report", 3, "workday", "any"),
    ]


def test_payment_and_assessment_bind_nothing() -> None:
    text = _read(SECURITY).text
    for item in _read(SECURITY).items:
        for proposal in item.proposals:
            quote = text[proposal.span.start : proposal.span.end]
            assert "支付" not in quote
            assert "扣除" not in quote


def test_traditional_script_is_read_and_quoted_as_printed() -> None:
    (item,) = _read(STATION).items
    assert _sla(item) == [
        ("儀器故障", "respond", 2, "hour", "any"),
        ("儀器故障", "arrive", 4, "hour", "any"),
        ("儀器故障", "resolve", 24, "hour", "any"),
        (None, "mitigate", 48, "hour", "any"),
    ]
    assert _duties(item) == [
        ("inspection", 1, "week", 1),
        ("maintenance", 1, "month", 1),
        ("calibration", 1, "halfyear", 1),
        ("calibration", 1, "month", 1),
    ]
    assert _documents(item) == [("年度質控報告", "year")]
    assert _numbers(item, "kpis", "metric", "op", "value") == [("coverage", ">=", 95)]
    assert _numbers(item, "staffing", "min", "role") == [(3, "運維人員")]


def test_chapters_in_chinese_numbering() -> None:
    cloud, parking, meetings = _read(CLOUD).items
    assert [i.windows for i in (cloud, parking, meetings)] == [["7x24"], ["5x8"], []]
    assert _sla(cloud) == [
        (None, "respond", 10, "minute", "any"),
        ("P1故障", "resolve", 30, "minute", "any"),
        ("P2故障", "resolve", 2, "hour", "any"),
    ]
    assert _duties(cloud) == [("inspection", 2, "day", 1)]
    assert _documents(cloud) == [("周报", "week"), ("月报", "month")]
    assert _sla(parking) == [
        (None, "respond", 30, "minute", "business"),
        (None, "respond", 2, "hour", "nonbusiness"),
        (None, "arrive", 4, "hour", "any"),
        (None, "resolve", 24, "hour", "any"),
    ]
    assert _duties(parking) == [("maintenance", 1, "quarter", 1), ("maintenance", 2, "year", 1)]
    assert _duties(meetings) == [("other", 50, "year", 1)]


def test_common_terms_are_marked() -> None:
    text = "\n".join(
        f"需求{n}：第{n}泊位业务系统运维服务，运维期限：2025年1月1日-2025年12月31日\n每月巡检一次。"
        for n in (1, 2, 3)
    )
    reading = _read(
        text + "\n运维服务总体要求：提供7×24小时服务，派驻不少于5名运维人员。\n三、付款方式\n按月支付。"
    )
    assert [i.common for i in reading.items] == [False, False, False, True]
    assert reading.items[3].no == "general"
    assert reading.items[3].windows == ["7x24"]
    assert _numbers(reading.items[3], "staffing", "min") == [(5,)]


def test_reading_twice_gives_the_same_lines() -> None:
    assert _read(HARBOUR).to_jsonl() == _read(HARBOUR).to_jsonl()


def test_every_demand_is_found_once_however_many_there_are() -> None:
    once = "\n".join(f"需求{n}：第{n}泊位系统运维\n一般故障{n}小时内解决。" for n in range(1, 11))
    many = "\n".join(f"需求{n}：第{n}泊位系统运维\n一般故障{n}小时内解决。" for n in range(1, 101))
    assert len(_read(once).items) == 10
    assert sum(len(i.proposals) for i in _read(many).items) == 100
