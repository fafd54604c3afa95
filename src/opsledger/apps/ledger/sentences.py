"""Codes of the ledger's refusals and what they say to a person."""

SENTENCES = {
    "ledger.append_only": "台账只能追加，不能修改或删除。如记录有误，请追加一条更正记录并写明原因。",
    "ledger.busy": "台账正在被其他操作写入，本次操作没有提交。请稍候几秒后重试，您填写的内容仍在。",
    "ledger.file_missing": "文件“{name}”的内容在存储中找不到。请联系系统管理员从备份恢复，台账中保留了它的校验值。",
    "ledger.file_altered": "文件“{name}”的内容与台账记录的校验值不一致，已停止下载。请联系系统管理员。",
}
