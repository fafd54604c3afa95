"""How other tenders say it: tables in either direction, ranges of words for a limit, a frequency, a share."""

from __future__ import annotations

import pytest

from opsledger.reader import Item, read


def _facts(item: Item, kind: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(p.fields[n] for n in names) for p in item.proposals if p.kind == kind]


def _one(text: str) -> Item:
    (item,) = read(("水务局运维服务采购需求\n一、服务要求\n" + text).encode(), "contract.md").items
    return item


def _sla(text: str) -> list[tuple[object, ...]]:
    return _facts(_one(text), "sla", "severity", "metric", "value", "unit", "clock")


def _duties(text: str) -> list[tuple[object, ...]]:
    return _facts(_one(text), "duties", "activity", "count", "period", "every")


def _documents(text: str) -> list[tuple[object, ...]]:
    return _facts(_one(text), "deliverables", "name", "cadence")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "1. 一刻钟之内响应，市区半小时到达现场，郊县不超过两小时。",
            [
                (None, "respond", 15, "minute", "any"),
                (None, "arrive", 0.5, "hour", "any"),
                (None, "arrive", 2, "hour", "any"),
            ],
        ),
        (
            "1. 工作日内一小时响应、四小时解决；工作时段以外两小时响应。",
            [
                (None, "respond", 1, "hour", "business"),
                (None, "resolve", 4, "hour", "business"),
                (None, "respond", 2, "hour", "nonbusiness"),
            ],
        ),
        (
            "1. 事件分为四级：Ⅰ级（特别重大）5分钟内响应，2小时内解决；Ⅱ级（重大）10分钟内响应，4小时内解决。",
            [
                ("Ⅰ级（特别重大）", "respond", 5, "minute", "any"),
                ("Ⅰ级（特别重大）", "resolve", 2, "hour", "any"),
                ("Ⅱ级（重大）", "respond", 10, "minute", "any"),
                ("Ⅱ级（重大）", "resolve", 4, "hour", "any"),
            ],
        ),
        (
            "1. 复杂问题三个自然日内给出解决办法，最迟不晚于五个工作日解决。",
            [("复杂问题", "diagnose", 3, "day", "any"), ("复杂问题", "resolve", 5, "workday", "any")],
        ),
        (
            "1. 备件：常用件在库，12小时内更换。24小时内无法修复的，提供同等性能的备机。",
            [(None, "spare", 12, "hour", "any"), (None, "mitigate", 24, "hour", "any")],
        ),
        (
            "- 宿舍网络故障：1小时内做出反应，1小时内控制影响，故障处理完毕后1日内提交故障处理单；",
            [
                ("宿舍网络故障", "respond", 1, "hour", "any"),
                ("宿舍网络故障", "mitigate", 1, "hour", "any"),
                ("宿舍网络故障", "report", 1, "day", "any"),
            ],
        ),
        ("1. 发现异常后第一时间通知采购人。", []),
    ],
)
def test_limits_in_other_words(text: str, facts: list[tuple[object, ...]]) -> None:
    assert _sla(text) == facts


LEVELS = """序号\t故障级别\t定义\t工作时间响应\t现场支持\t恢复时间
1\t紧急\t全院中断\t5分钟\t15分钟\t1小时
2\t一般\t单点故障\t30分钟\t2小时\t1个工作日
"""

TURNED = """| 指标 | 一级 | 二级 |
| --- | --- | --- |
| 响应时间 | 15分钟 | 30分钟 |
| 解决时限 | 4小时 | 2个工作日 |
"""


def test_level_tables_behind_a_number_column_and_turned_round() -> None:
    assert _sla(LEVELS) == [
        ("紧急", "respond", 5, "minute", "business"),
        ("紧急", "arrive", 15, "minute", "any"),
        ("紧急", "resolve", 1, "hour", "any"),
        ("一般", "respond", 30, "minute", "business"),
        ("一般", "arrive", 2, "hour", "any"),
        ("一般", "resolve", 1, "workday", "any"),
    ]
    assert _sla(TURNED) == [
        ("一级", "respond", 15, "minute", "any"),
        ("二级", "respond", 30, "minute", "any"),
        ("一级", "resolve", 4, "hour", "any"),
        ("二级", "resolve", 2, "workday", "any"),
    ]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "1. 双周巡检一次，半年一次切换演练。",
            [("inspection", 1, "week", 2), ("drill", 1, "halfyear", 1)],
        ),
        ("1. 每天增量备份、每周全量备份一次。", [("backup", 1, "day", 1), ("backup", 1, "week", 1)]),
        ("1. 每年4月、10月各开展一次空调保养。", [("maintenance", 2, "year", 1)]),
        ("1. 每日两次机房巡视（上午、下午各一次）。", [("inspection", 2, "day", 1)]),
        (
            "1. 每3个月做一次健康检查、每年做两次性能调优。",
            [("inspection", 1, "month", 3), ("other", 2, "year", 1)],
        ),
        ("1. 每半年组织一次备份恢复演练。", [("restore_test", 1, "halfyear", 1)]),
        ("1. 现场保障全年不超过15次，提供不超过60人日的二次开发服务。", []),
        ("1. 维护费按季支付。", []),
    ],
)
def test_frequencies_in_other_words(text: str, facts: list[tuple[object, ...]]) -> None:
    assert _duties(text) == facts


PLAN = """| 服务内容 | 频次 | 交付物 |
| --- | --- | --- |
| 机房巡检 | 每周一次 | 巡检记录表、巡检月报 |
| 渗透测试 | 半年1次 | 《渗透测试报告》 |
"""


def test_documents_of_a_column_and_of_a_list_behind_a_label() -> None:
    assert _documents(PLAN) == [("巡检记录表", "week"), ("巡检月报", "month"), ("渗透测试报告", "halfyear")]
    assert _documents("7.报告：日报、月报、年度总结报告；演练后5个工作日内提交总结报告。") == [
        ("日报", "day"),
        ("月报", "month"),
        ("年度总结报告", "year"),
        ("总结报告", "event"),
    ]


SHARES = """指标\t要求
系统可用率\t≥99.95%
按时解决率\t不低于98%
备份成功率\t100%
二、其他
全年累计中断不超过10小时，平均修复时间小于60分钟，RPO不超过5分钟。
"""


def test_shares_of_a_two_column_table_and_downtime() -> None:
    assert _facts(_one(SHARES), "kpis", "metric", "op", "value") == [
        ("availability", ">=", 99.95),
        ("resolve_rate", ">=", 98),
        ("backup_completeness", "=", 100),
        ("downtime", "<=", 10),
        ("mttr", "<=", 60),
        ("data_latency", "<=", 5),
    ]


SOFTWARE = """序号\t产品名称\t数量\t授权期限
1\t数据库软件企业版\t4套\t2025-03-01至2026-02-28
2\t堡垒机\t2台\t自2025年5月10日起至2026年5月9日止
"""


def test_licences_of_a_table_and_several_under_one_term() -> None:
    names = ("product", "start", "end")
    assert _facts(_one(SOFTWARE), "licences", *names) == [
        ("数据库软件企业版", "2025-03-01", "2026-02-28"),
        ("堡垒机", "2025-05-10", "2026-05-09"),
    ]
    told = _one(
        "办公软件授权300套，防病毒客户端许可800个，有效期2025年7月1日至2026年6月30日。域名证书3张，有效期一年。"
    )
    assert _facts(told, "licences", *names) == [
        ("办公软件", "2025-07-01", "2026-06-30"),
        ("防病毒客户端", "2025-07-01", "2026-06-30"),
        ("域名证书", None, None),
    ]


def test_retention_told_behind_a_label() -> None:
    item = _one("1. 庭审录像保存期限：民事案件5年；操作日志保存一年以上；备份文件保留期限为六个月。")
    assert _facts(item, "retention", "what", "value", "unit") == [
        ("录像", 5, "year"),
        ("日志", 1, "year"),
        ("备份", 6, "month"),
    ]


def test_at_most_so_many_times_is_an_amount_unless_it_counts_faults() -> None:
    item = _one("1. 重大活动现场保障全年不超过15次；故障次数全年不超过6次。")
    assert _facts(item, "quotas", "op", "value", "unit") == [("<=", 15, "次")]
    assert _facts(item, "kpis", "metric", "op", "value") == [("fault_count", "<=", 6)]


LEVELS_OF_SYSTEMS = """| 故障级别 | 系统 | 响应时间 | 解决时间 |
| --- | --- | --- | --- |
| 紧急 | 核心 | 5分钟 | 2小时 |
|  | 外围 | 10分钟 | 4小时 |
| 一般 | 核心 | 30分钟 | 1个工作日 |
"""


def test_a_level_table_that_names_systems_is_no_list_of_items() -> None:
    assert _sla(LEVELS_OF_SYSTEMS) == [
        ("紧急", "respond", 5, "minute", "any"),
        ("紧急", "resolve", 2, "hour", "any"),
        ("紧急", "respond", 10, "minute", "any"),
        ("紧急", "resolve", 4, "hour", "any"),
        ("一般", "respond", 30, "minute", "any"),
        ("一般", "resolve", 1, "workday", "any"),
    ]


def test_labels_one_after_the_other_and_lengths_that_share_a_verb() -> None:
    assert _sla("1. A级故障到场时限30分钟、修复时限4小时；杆件更换不超过7天。") == [
        ("A级故障", "arrive", 30, "minute", "any"),
        ("A级故障", "resolve", 4, "hour", "any"),
        (None, "resolve", 7, "day", "any"),
    ]
    item = _one("1. 卡口录像保存90天，其他点位30天；每年雨季、冬季前各开展一次专项检查，驻点不少于8人。")
    assert _facts(item, "retention", "what", "value") == [("录像", 90), ("录像", 30)]
    assert _facts(item, "duties", "activity", "count", "period") == [("inspection", 2, "year")]
    assert _facts(item, "staffing", "min") == [(8,)]


def test_a_measure_in_brackets_is_no_work_and_a_report_at_the_end_is_due_once() -> None:
    item = _one(
        "1. 系统可用率不低于99.99%（每月累计中断不超过5分钟）；每月3日前提交月报，合同期满前15日提交总结报告。"
    )
    assert _facts(item, "duties", "activity") == []
    assert _facts(item, "kpis", "metric", "value") == [("availability", 99.99), ("downtime", 5)]
    assert _facts(item, "deliverables", "name", "cadence") == [("月报", "month"), ("总结报告", "term")]


def test_an_adverb_is_no_document_and_a_kind_behind_a_colon_is_its_cadence() -> None:
    assert _documents("1. 每季度提供水泵运行报告详细记录各站启停情况。") == [("水泵运行报告", "quarter")]
    assert _documents("1. 提供闸门值守报告：周报，夜间专人值守。") == [("闸门值守报告", "week")]
    assert _documents("1. 配套提供接口说明文档，并发送值守报告至调度员邮箱。") == [
        ("接口说明文档", None),
        ("值守报告", None),
    ]


def test_records_kept_and_plans_for_faults() -> None:
    assert _documents("1. 对每一次抢修，需建立文档记录，双方签字。") == [("文档记录", "event")]
    assert _documents("1. 建立和及时更新泵站设备档案；提供故障应急响应方案。") == [
        ("泵站设备档案", None),
        ("故障应急响应方案", None),
    ]


def test_neither_what_is_done_next_nor_who_does_it_is_the_case() -> None:
    assert _sla("1. 如不能解决提供原厂协助解决疑难问题，遥测链路发生中断后，12小时内恢复链路。") == [
        ("遥测链路发生中断", "resolve", 12, "hour", "any")
    ]
    assert _sla("1. 由值班人员分析需求，3天内响应。") == [(None, "respond", 3, "day", "any")]


def test_rented_fibre_in_a_bracket_is_an_amount() -> None:
    item = _one("1. 雷达站配套服务（包含机房租赁、不少于6条裸纤、电费等）。")
    assert _facts(item, "quotas", "what", "op", "value", "unit") == [("裸纤", ">=", 6, "条")]


def test_a_row_of_two_cells_gives_the_limit_of_a_report() -> None:
    assert _sla("抢修报告提交，抢修结束次日\n电话接听时间，5分钟") == [
        (None, "report", 1, "day", "any"),
        (None, "respond", 5, "minute", "any"),
    ]


def test_an_amount_alone_in_its_cell_is_of_what_the_cells_beside_it_name() -> None:
    item = _one("1. 监控回传流量包，8T，汛期使用。")
    assert _facts(item, "quotas", "what", "value", "unit") == [("流量", 8, "T")]


def test_a_bare_frequency_takes_what_the_sentence_before_does_again_and_again() -> None:
    assert ("log_review", 1, "month", 1) in _duties("1. 运行分析：定期对网关日志进行分析。每月一次。")


def test_the_year_of_a_licence_is_no_window_of_a_measure() -> None:
    item = _one("1. 提供至少一年合法使用授权（数据延迟小于5秒）。")
    assert _facts(item, "kpis", "metric", "value", "window") == [("data_latency", 5, None)]


def test_a_plan_of_analysis_and_one_of_advice_are_documents() -> None:
    assert _documents("1. 提供潮位数据分析方案、潮位分析报告，形成具体建议方案。") == [
        ("潮位数据分析方案", None),
        ("潮位分析报告", None),
        ("具体建议方案", None),
    ]
