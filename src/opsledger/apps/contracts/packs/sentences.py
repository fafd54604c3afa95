"""The Chinese sentences of the codes raised by the reading of contract packs."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "pack.not_found": "没有找到合同包“{path}”（目录中应有 contract.yaml），请检查路径。",
    "pack.invalid": "合同包“{pack}”有 {count} 处问题，请逐条改正后再载入：\n{listing}",
}

# What is wrong at one place of a pack's file; told inside "pack.invalid".
PROBLEMS: dict[str, str] = {
    "missing_file": "缺少文件，请补上",
    "not_utf8": "文件不是 UTF-8 编码，请另存为 UTF-8",
    "too_large": "文件超过 {limit} MB，请拆成几个文件",
    "yaml": "YAML 写法有误：{detail}",
    "merge": "不支持合并键 <<，请把内容写全",
    "too_deep": "嵌套超过 {limit} 层，请减少层次",
    "recursive": "别名引用了自身，请把内容写全",
    "duplicate_key": "“{name}”重复出现（前一处在第 {line} 行），请删去一处",
    "unknown_field": "没有名为“{name}”的字段，可用：{allowed}",
    "missing_field": "缺少必填字段“{name}”",
    "not_mapping": "应写成“名称: 值”的形式",
    "not_list": "应写成列表（每项以 - 开头或用 [ ] 括起）",
    "not_text": "应为文字（数字请加引号）",
    "not_date": "应为日期，写法如 2026-01-31",
    "not_number": "应为数字",
    "not_whole": "应为整数",
    "not_one_of": "“{value}”不在可用的值之内：{allowed}",
    "bad_limit": "“{value}”不是时限，写法如“2 hour”“30 minute”“3 workday”",
    "bad_freq": "“{value}”不是频次，写法如“1/month”“2/week”“1/2week”“unspecified”",
    "bad_target": "“{value}”不是指标值，写法如“>= 99.9 percent”",
    "bad_length": "“{value}”不是期限，写法如“1 year”“12 month”",
    "bad_hours": "“{value}”不是时段，写法如“7x24”或“周一至周五 8:30-12:00,14:00-18:00”",
    "bad_zone": "“{value}”不是时区名，写法如 Asia/Shanghai",
    "ends_before_start": "结束日 {end} 早于开始日 {start}",
    "no_period": "服务期须写 start 和 end，或写 anchor 和 length",
    "duplicate": "“{value}”与第 {line} 行重复",
    "unknown_unit": "服务单位“{value}”未在 contract.yaml 的 units 中列出",
    "unknown_window": "服务时段“{value}”未在 contract.yaml 的 windows 中列出",
    "unknown_severity_set": "等级表“{value}”未在 contract.yaml 的 severities 中列出",
    "unknown_severity": "等级“{value}”不在服务项所用的等级表中，可用：{allowed}",
    "pack_id_differs": "pack 的值“{value}”应与目录名“{folder}”一致",
    "total_differs": "printed_total 为 {printed}，各行合计为 {total}；原文确系如此加 total_as_printed: true",
    "no_items": "合同包没有任何服务项，请补上 items.yaml 或 items/*.yaml",
}
