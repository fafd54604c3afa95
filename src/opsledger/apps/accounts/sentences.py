"""Codes of this room's refusals and what they say to a person."""

SENTENCES = {
    "person.username_taken": "用户名“{username}”已有人使用。请换一个用户名。",
    "person.not_oneself": "不能停用自己的账户。请由另一位系统管理员操作。",
    "api.key_reused": "这个幂等键已用于另一次请求。请为新的请求换一个键。",
    "token.name": "请写明令牌的用途，不超过 {limit} 个字。",
    "token.days": "令牌的有效期为 1 到 {limit} 天。请改正后再试。",
    "token.no_scope": "请至少写明一项权限。",
    "token.scope_unknown": "没有“{scope}”这项权限。可用的有：{allowed}。",
    "token.scope_not_held": "“{scope}”不在此人角色可用的权限内。可用的有：{allowed}。",
    "token.unknown": "“{username}”没有编号为 {number} 的有效令牌。请用 opsledger token list {username} 核对。",
    "person.unknown": "找不到用户“{username}”。请核对用户名。",
}
