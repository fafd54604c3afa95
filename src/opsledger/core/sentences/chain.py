"""Sentences for `core.canonical`, `core.chain` and `core.merkle`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "chain.float": "台账内容 {path} 是浮点数 {value}，不能精确保存。请改用整数或十进制数。",
    "chain.naive_datetime": "台账内容 {path} 的时间 {value} 没有时区。请补上时区后再提交。",
    "chain.bad_key": "台账内容 {path} 下的字段名 {key} 不是文字。请改用文字作字段名。",
    "chain.bad_text": "台账内容 {path} 含有无法保存的字符（空字符或残缺的编码）。请删去这些字符后再提交。",
    "chain.number_too_large": "台账内容 {path} 的数值过大或位数过多（{size}）。请核对数值；很长的编号请按文字填写。",
    "chain.too_deep": "台账内容 {path} 的层次超过 {levels} 层。请减少嵌套后再提交。",
    "chain.unserialisable": "台账内容 {path} 的类型 {type} 不能写入台账。请改用文字、整数、十进制数、日期或时间。",
    "chain.bad_hash": "“{found}”不是有效的校验值。校验值应为 64 位小写十六进制字符，请核对来源。",
    "chain.unknown_algorithm": "不认识校验算法“{found}”，可用的算法为 {expected}。请核对台账记录是否被改动。",
    "chain.algorithm_unavailable": "本机的 OpenSSL 不提供算法“{found}”，无法校验。请换到支持该算法的机器上校验。",
    "chain.gap": "台账第 {sequence} 条的位置上是编号 {found} 的记录：有记录缺失、重复或次序被打乱。请从备份核对此处。",
    "chain.link_broken": "台账第 {sequence} 条与前一条不衔接：应接 {expected}，实为 {found}。请从备份核对此处及前一条。",
    "chain.body_changed": "台账第 {sequence} 条的内容与其校验值不符（记为 {expected}，算得 {found}），写入后被改动过。请从备份核对此条。",
    "chain.tail_differs": "台账末尾与留存的凭据不符（凭据为 {expected}，实为 {found}），自第 {sequence} 条起有增减或改动。请从备份核对。",
    "chain.empty_range": "所选范围内没有台账记录。请选择至少含一条记录的范围。",
    "chain.not_in_range": "第 {index} 条不在所选的 {size} 条记录之内。请核对范围。",
}
