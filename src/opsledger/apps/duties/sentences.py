"""Codes of this room and what they say to a person."""

SENTENCES = {
    "occurrence.evidence_missing": "还不能提交，佐证不齐：{missing}。请补齐后再提交，已填写的内容已保留（文件需重新选择）。",
    "occurrence.bad_number": "“{name}”应为数字，您填的是“{found}”。请改成数字（例如 12.5）后再提交。",
    "occurrence.not_on_contract": "{name}在这份合同中没有工程师或项目经理角色，不能派给他。请先由系统管理员授予角色，或另选一人。",
    "occurrence.bad_moment": "“{field}”不是有效的日期时间。请按 2026-11-20 10:30 的样式填写。",
}
