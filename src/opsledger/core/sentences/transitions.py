"""Sentences for `core.transitions` and `core.needs`, which tickets, occurrences and findings share."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "transitions.unknown_state": "{noun}没有“{state}”这个状态。请刷新页面后再试。",
    "transitions.unknown_action": "{noun}没有“{action}”这个操作。请刷新页面后再试。",
    "transitions.not_in_this_state": "{noun}现在是“{state}”，不能{action}。您现在可以做的是：{allowed}。页面可能已过期，请刷新后再试。",
    "transitions.not_your_role": "{noun}的“{action}”由{who}操作。请联系相应人员，或请项目经理调整您的角色。",
    "transitions.already_done": "{noun}本轮已经做过“{action}”，不必重复。如当时填写有误，请更正原记录。",
    "transitions.fact_missing": "{action}前请填写“{label}”。",
    "transitions.choice_not_allowed": "“{label}”不能是“{found}”。合同允许的有：{choices}。请改选其中一项。",
    "transitions.bad_rating": "“{label}”应为 1 至 5 的整数，现在是“{found}”。请重新评分。",
    "transitions.bad_fact": "“{label}”的内容“{found}”无法识别。请按要求的格式重新填写。",
    "transitions.too_early": "“{label}”不能早于 {bound:%Y-%m-%d %H:%M}，所以现在不能{action}。请核对时间，或先改期。",
    "transitions.too_late": "“{label}”不能晚于 {bound:%Y-%m-%d %H:%M}，所以不能再{action}。请核对时间，或另行登记并关联原单。",
    "transitions.bad_table": "流程表 {kind} 的“{action}”写错了（{words}）。请联系开发人员。",
}
