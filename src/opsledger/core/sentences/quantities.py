"""Sentences for `core.quantities`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "quantities.not_a_number": "“{words}”不是能识别的数字，请用阿拉伯数字或中文数字填写。",
    "quantities.not_a_duration": "“{words}”不是能识别的时长，请写成如“30分钟”“3个工作日”的形式。",
    "quantities.not_a_percentage": "“{words}”不是能识别的百分比，请写成如“99.9%”的形式。",
    "quantities.not_money": "“{words}”不是能识别的金额，请写成如“1967.67万元”或大写金额。",
    "quantities.too_large": "金额{amount}超出可以写成大写的范围（小于一万亿元）。",
}
