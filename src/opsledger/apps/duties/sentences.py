"""Codes of this room and what they say to a person."""

SENTENCES = {
    "occurrence.evidence_missing": "还不能提交，佐证不齐：{missing}。请补齐后再提交，已填写的内容已保留（文件需重新选择）。",
    "occurrence.bad_number": "“{name}”应为数字，您填的是“{found}”。请改成数字（例如 12.5）后再提交。",
    "occurrence.not_on_contract": "{name}在这份合同中没有工程师或项目经理角色，不能派给他。请先由系统管理员授予角色，或另选一人。",
    "occurrence.bad_moment": "“{field}”不是有效的日期时间。请按 2026-11-20 10:30 的样式填写。",
    "template.invalid": "模板未保存，有{count}处需要改正——{problems}。改正后再提交，已填写的内容已保留。",
    "template.no_workbook": "“{name}”不是可读取的 xlsx 工作簿。请用 Excel 或 WPS 另存为 .xlsx 后再上传。",
    "template.wrong_headings": "表头缺少：{missing}。第一行应为：{expected}（其中检查内容、类型必有）。请下载样表填写。",
    "round.unknown_template": "检查表“{template}”不存在或已停用。请重新选择检查表。",
    "round.not_open": "这项任务{state}，不能开始检查。如需补充，请先由监理或采购人退回。",
    "round.finished": "这次检查{state}，不能再修改。如需更正，请先由监理或采购人退回任务。",
    "round.too_many": "一次最多提交{limit}项。请刷新页面后重试，已填写的内容仍在手机上。",
    "round.unknown_check": "检查项“{check}”不在本次检查表中，文件没有保存。请刷新页面后重试。",
    "round.incomplete": "还有{count}项没有完成——{missing}。请补齐后再提交，已填写的都已保存。",
    "finding.unknown_act": "不认识的操作“{action}”。请刷新页面后重试。",
    "quota.bad_amount": "数量应大于零，您填的是“{found}”。请改正后再提交。",
    "quota.outside_period": "日期应在服务期 {first} 至 {last} 之内。请核对后再提交。",
    "quota.ticket_twice": "工单 {ticket} 已经记过一次，不能重复扣减。如数量有误，请联系采购人更正。",
    "quota.used_up": "本期只剩{left}{unit}，不够这一次。超出部分须由采购人写明约定依据后记入。",
}
