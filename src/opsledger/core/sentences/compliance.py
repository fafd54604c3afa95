"""Sentences for what can go wrong when compliance is derived."""

SENTENCES: dict[str, str] = {
    "compliance.unknown_state": "{noun} {id} 的状态“{state}”不在规定的状态之内，无法统计，请检查数据来源。",
    "compliance.unknown_obligation": "找不到义务 {obligation}，无法说明扣分依据的条款，请检查义务是否已删除。",
    "compliance.naive_moment": "时间“{moment}”没有注明时区，请写明时区，例如 2026-02-13T16:00:00+08:00。",
}
