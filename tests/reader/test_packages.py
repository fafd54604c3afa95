"""More contracts made up here: packages, lists with periods, people, records and rented devices."""

from __future__ import annotations

from opsledger.reader import Item, Reading, read


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


def test_people_records_rented_devices_and_asked_help() -> None:
    (item,) = _read(
        "需求1：渔港视频监控平台运维\n"
        "1.1 技术支持人员1名，做好日常支持。\n"
        "1.2 运维人员应规范填写巡检记录、维修记录。\n"
        "1.3 60台摄像机云存储流量续租费。\n"
        "1.4 系统可用性要求达到99%。\n"
        "1.5 接到采购人技术支持需求后，2小时内到达现场。\n"
    ).items
    assert _numbers(item, "staffing", "min", "role") == [(1, "技术支持人员")]
    assert [n for (n,) in _numbers(item, "deliverables", "name")] == ["巡检记录", "维修记录"]
    assert _numbers(item, "quotas", "op", "value", "unit") == [("=", 60, "台")]
    assert _numbers(item, "kpis", "op", "value") == [(">=", 99)]
    assert _numbers(item, "sla", "severity", "metric", "value") == [(None, "arrive", 2)]


PACKAGES = """云资源与安全运营项目采购需求

序号\t服务名称\t服务期限\t数量
1\t云资源服务\t2025.07.01-2027.06.30\t1
2\t安全运营服务\t2025.08.01-2027.07.31\t1

第一包 云资源服务
1. 每次故障发生后，5分钟内响应工单，30分钟内给出初步方案，4小时内恢复业务。
2. 云主机快照每天1次，保留7天；全量备份每周1次，保留4周。
3. 提供每周7天、每天24小时的热线支持服务，每年提供不超过30人日的变更服务。
第二包 安全运营服务
1. 发现安全事件后1小时内完成处置。
2. 服务窗口5×9，非工作时间1小时内到岗，提供不少于2名网络管理员。
第三包 机房运维服务
1. 服务期自2025年9月1日起至2026年8月31日止。
2. 每学期开学前完成一次巡检，单次停机时间不超过2小时。
"""


def test_packages_are_items_and_a_list_gives_their_periods() -> None:
    cloud, security, rooms = _read(PACKAGES).items
    assert [i.no for i in (cloud, security, rooms)] == ["第一包", "第二包", "第三包"]
    assert cloud.period == {"start": "2025-07-01", "end": "2027-06-30"}
    assert security.period == {"start": "2025-08-01", "end": "2027-07-31"}
    assert rooms.period == {"start": "2025-09-01", "end": "2026-08-31"}
    assert _numbers(cloud, "sla", "severity", "metric", "value") == [
        (None, "respond", 5),
        (None, "diagnose", 30),
        (None, "resolve", 4),
    ]
    assert _duties(cloud) == [("backup", 1, "day", 1), ("backup", 1, "week", 1)]
    assert _numbers(cloud, "retention", "what", "value", "unit") == [("快照", 7, "day"), ("备份", 4, "week")]
    assert _numbers(cloud, "quotas", "op", "value", "unit") == [("<=", 30, "人日")]
    assert security.windows == ["5x9"]
    assert _numbers(security, "sla", "severity", "metric", "clock") == [
        ("安全事件", "resolve", "any"),
        (None, "arrive", "nonbusiness"),
    ]
    assert _numbers(security, "staffing", "min", "role") == [(2, "网络管理员")]
    assert _duties(rooms) == [("inspection", 1, "halfyear", 1)]
    assert _numbers(rooms, "kpis", "metric", "value", "window") == [("downtime", 2, None)]


def test_general_services_are_items_beside_one_that_names_a_thing() -> None:
    reading = _read(
        "第三章 采购需求\n一、服务内容及要求\n(一)渔港监控系统维保服务\n1.每月巡检一次。\n2.一般故障8小时内解决。\n"
        "(二)网络安全服务\n1.每半年渗透测试一次。\n(三)机房设备维保服务\n1.每两个月巡检一次。\n二、付款方式\n按季度支付。\n"
    )
    assert [i.name for i in reading.items] == [
        "渔港监控系统维保服务",
        "网络安全服务",
        "机房设备维保服务",
    ]


def test_levels_in_a_sentence_of_business_words_and_limits_that_share_a_verb() -> None:
    (item,) = _read(
        "渔港结算平台运维服务合同\n第一条 服务级别\n"
        "(1)特别重大故障：全市结算业务中断，30分钟内到场，1小时内恢复；\n"
        "(2)城区30分钟内、乡镇1.5小时内到达现场。\n"
        "(3)每季度开展一次漏洞扫描并于扫描后5个工作日内完成整改。\n"
        "(4)数据库全备每周不少于一次，汛期每半月巡检一次。\n"
        "(5)派驻现场服务人员共12人，服务期结束前提交维保总结报告1份。\n"
        "第二条 付款\n考核合格后15个工作日内结算服务费。\n"
    ).items
    assert _sla(item) == [
        ("特别重大故障", "arrive", 30, "minute", "any"),
        ("特别重大故障", "resolve", 1, "hour", "any"),
        (None, "arrive", 30, "minute", "any"),
        (None, "arrive", 1.5, "hour", "any"),
        (None, "resolve", 5, "workday", "any"),
    ]
    assert _duties(item) == [
        ("vuln_scan", 1, "quarter", 1),
        ("backup", 1, "week", 1),
        ("inspection", 2, "month", 1),
    ]
    assert _numbers(item, "staffing", "min", "role") == [(12, "现场服务人员")]
    assert _numbers(item, "deliverables", "name", "cadence") == [("维保总结报告", "term")]


def test_records_sent_alarms_and_repeated_faults() -> None:
    (item,) = _read(
        "渔港消防设施维保需求\n一、维保标准\n"
        "1.每月维保结束后3日内将维保记录表报送采购人。\n"
        "2.告警信息30分钟内处置，重复故障率不高于2%。\n"
        "3.维保人员须持证上岗，驻点人员2人。\n"
        "4.监控录像保存不少于90天，门禁记录保存一年。\n"
    ).items
    assert _numbers(item, "deliverables", "name", "cadence") == [("维保记录表", "month")]
    assert _sla(item) == [("告警", "resolve", 30, "minute", "any")]
    assert _numbers(item, "kpis", "metric", "op", "value") == [("repeat_rate", "<=", 2)]
    assert _numbers(item, "staffing", "min", "role") == [(2, "驻点人员")]
    assert _numbers(item, "retention", "what", "value") == [("录像", 90), ("门禁记录", 1)]


def test_work_orders_people_of_a_trade_and_a_verb_that_still_holds() -> None:
    (item,) = _read(
        "渔港排水监测设备运维需求\n一、服务要求\n"
        "1.一般工单3个工作日内办结，紧急工单24小时内办结。\n"
        "2.其中持证运维工不少于4人。\n"
        "3.历史数据保存期限不少于3年，视频录像不少于30天。\n"
        "4.试剂每两周更换一次。\n"
    ).items
    assert _sla(item) == [
        ("一般工单", "resolve", 3, "workday", "any"),
        ("紧急工单", "resolve", 24, "hour", "any"),
    ]
    assert _numbers(item, "staffing", "min", "role") == [(4, "持证运维工")]
    assert _numbers(item, "retention", "value", "unit") == [(3, "year"), (30, "day")]
    assert _duties(item) == [("maintenance", 1, "week", 2)]
