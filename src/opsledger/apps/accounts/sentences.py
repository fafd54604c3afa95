"""Codes of this room's refusals and what they say to a person."""

SENTENCES = {
    "person.username_taken": "用户名“{username}”已有人使用。请换一个用户名。",
    "person.not_oneself": "不能停用自己的账户。请由另一位系统管理员操作。",
    "person.unknown": "找不到用户“{username}”。请核对用户名。",
}
