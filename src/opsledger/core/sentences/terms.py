"""Sentences for `core.terms`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "term.unknown_kind": "不认识的条款类型“{kind}”，请改用：{allowed}。",
    "term.unknown_field": "没有名为“{field}”的字段，请检查拼写；可用的字段：{allowed}。",
    "term.missing_field": "缺少必填字段“{field}”，请补上。",
    "term.unknown_word": "“{field}”的值“{value}”不在词表中，请改用：{allowed}。",
    "term.not_a_list": "“{field}”应写成列表，请用 [ ] 括起来。",
    "term.wrong_length": "“{field}”应有 {length} 个值，请核对。",
    "term.not_a_mapping": "“{field}”应写成“名称: 值”的形式，请核对。",
    "term.not_text": "“{field}”的值“{value}”应为文字，数字请加引号。",
    "term.not_yes_no": "“{field}”的值“{value}”应为 true 或 false。",
    "term.not_whole": "“{field}”的值“{value}”应为整数。",
    "term.not_a_number": "“{field}”的值“{value}”应为数字。",
    "term.not_a_date": "“{field}”的值“{value}”应为日期，写法如 2026-01-31。",
    "term.same_day_is_one": "“当天”的数值只能是 1，现为 {value}，请更正。",
    "term.count_not_allowed": "周期为“{period}”时不能写次数，请删去 count 或改写周期。",
    "term.count_needed": "周期为“{period}”时必须写次数 count，请补上。",
    "term.anchor_needed": "按事件履行的义务必须在 anchors 中写明事件，请补上。",
    "term.percent_over_100": "百分比 {value} 超过 100，请更正。",
    "term.ends_before_start": "结束日 {end} 早于开始日 {start}，请更正。",
    "term.no_such_month": "月份 {value} 不在 1 到 12 之间，请更正。",
    "term.value_and_unit": "“{field}”的数值和单位必须同时写或同时不写，请补全。",
    "term.negative": "“{field}”的值 {value} 不能是负数，请更正。",
    "term.at_least_one": "“{field}”的值 {value} 至少应为 1，请更正。",
}
