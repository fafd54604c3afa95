"""Codes of this room's refusals and what they say to a person."""

SENTENCES = {
    "document.not_done": "“{title}”还没有完成，不能出具报告。请在任务提交后再下载。",
}
