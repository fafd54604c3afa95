"""Nouns for documents, and whether words speak of handing one over."""

from __future__ import annotations

import re

DOCUMENT = (
    r"报告书?|台账|报表|清单|方案|记录(?:表|单)?|手册|培训视频|预案|总结|简报|周报|月报|季报|年报|专报|日志|档案|文档|说明书|图册"
    r"|统计表|巡检表|技术支持表|服务表|收集表|明细表|分析表|登记表|工单|计划书|审核单|目录|资料|教材|成果|脚本|PPT|规划|知识库|证书"
)
_HANDED = re.compile(
    r"提供|提交|出具|形成|完成|编制|编写|制作|交付|输出|做好|建立|撰写|递交|汇编|整理|做出|作出|附|付|有|写|上报|出|给出|发送|提请|汇总成"
)
_DOCUMENT = re.compile(DOCUMENT)


def mentions_document(words: str) -> bool:
    """Whether a document is handed over in these words."""
    handed = _HANDED.search(words)
    return bool(handed and _DOCUMENT.search(words, handed.end()))
