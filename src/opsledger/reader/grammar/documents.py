"""Names of documents in running text: 年度运维报告, 应急处理方案, 巡检台账."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADS = (
    r"报告书|报告台账|文档记录|(?:维护|管理|系统|设备|技术|服务|运维){1,3}档案|总结报告|报告|台[账帐]|报表|问题清单|处理清单|服务清单|改进清单|清单|(?:巡检|维护|"
    r"维修|监控|培训|运维|校准)?记录(?:表|单)?|操作手册|手册"
    r"|(?:培训|演示|教学|操作)视频|(?:工作|维护|运维|巡检|值班|运行)日志|应急预案|预案|总结|简报|(?:周|月|季|年|日)报(?!告)|专报|需求文档|文档|说明书|图册|"
    r"统计表|巡检表|技术支持表|服务表|收集表|明细表|分析表"
    r"|工单|(?:处理|维修|服务|巡检)单|审核单|工作建议|教材|成果"
)
_PLANS = (
    r"(?:[^,;。、:的]{0,12}方案(?:/[^,;。、:及和]{0,8}(?:报告|方案))+"
    r"|(?:应急(?:处理|处置|保障|响应|演练|服务|响应服务)?|加固|演练|整改"
    r"|实施|备份恢复策略|保障|防漏|培训|优化|灾备|流程|改进|安全|数据分析|建议)(?:方案|计划))"
)
NOUN = re.compile(rf"(?:{_PLANS}|{_HEADS})")
"""The head of a document's name."""
NAME_LEAD = re.compile(
    r"^(?:\s|[的、,并且和与或一份套]|及(?!时)|更新(?!记录)|\d+[、.)]|相应的?|相关的?|有关的?|详细的?|完整的?|"
    r"有效的?|完备的?|全面的?|书面的?(?!报告)|符合[^的]{0,20}要求的|必要的?"
    r"|以(?=每)|每(?:年|月|周|日|季度|次)|按月|按季度|按年度|定期|及时|分别|必须|应(?!急)|需要?|须|次|出(?!具)|[上当本]月|[上当本]季度|成(?!果)|以下|上述|"
    r"向[^,]{0,12}?(?=提)|包括|包含|如下|为[^,;]{0,14}(?:提供)"
    r"|根据需要统计的|项目|一次|单次|其中|多种)+"
)
_ADJECTIVE = re.compile(r"(?:详细|完整|书面)(?!记录)[^的]{2}$")
NOT_DELIVERABLE = re.compile(
    r"证明|复印件|投标|招标|发票|合同|协议|承诺|申请|用户手册上|解决方案|"
    r"(?<!应急)处理方案(?!/)|设计方案|法律|法规|通知书|许可"
    r"|经验总结|工作成果|服务成果|各项|保险|投保|缴纳|进行|^明确|说明(?!书|文档|手册|材料)|可提供|安全自查|专家|"
    r"简历|委托|业绩|资质|监测方案|预警方案|分析总结"
)
"""Words that make a name something else: a certificate of the bidder, a contract, a solution."""
_VERBS = r"(?:提供|提交|出具|形成|完成|编制|编写|制作|输出|做好|建立|撰写|递交|整理)"
_PARTED = re.compile(rf"[、;:]|以及|及(?!时)|和|与|并|{_VERBS}")
_TOLD = re.compile(r"(?:本|用户|采购|甲方|给|上级|项目组|领导|主管|[^,;。]{0,4}局)")
_NO_NAME_BEFORE = re.compile(r"(?:及时|立即|主动|马上|不断)$")
_NO_NAME_AFTER = re.compile(
    r"(?:中|工作|表样|等信息|的(?!书面|制定|编制|编写)|、[^,、]{0,6}会议|功能|系统|模块|管理|订阅|制度|审核|"
    r"、[^,]{0,4}等工作|备询|要反映|在|是|数据)"
)
_TOO_BROAD = ("成果", "记录", "总结", "文档")
_DOCUMENT = re.compile(
    r"报告书?|台账|报表|清单|方案|记录(?:表|单)?|手册|培训视频|预案|总结|简报|周报|月报|季报|年报|专报|日志|档案|文档"
    r"|说明书|图册|统计表|巡检表|技术支持表|服务表|收集表|明细表|分析表|登记表|工单|计划书|审核单|目录|资料|教材|成果"
    r"|脚本|PPT|规划|知识库|证书"
)
_HANDED = re.compile(
    r"提供|提交|出具|形成|完成|编制|编写|制作|交付|输出|做好|建立|撰写|递交|报送|汇编|整理|做出|作出|附|付|有|写|上报|出|给出"
    r"|发送|提请|汇总成"
)


def mentions_document(words: str) -> bool:
    """Whether a document is handed over in these words."""
    handed = _HANDED.search(words)
    return bool(handed and _DOCUMENT.search(words, handed.end()))


def names_in(words: str, clause: str) -> Iterator[tuple[str, int]]:
    """(name, offset of its head) of the documents in `words`, which follow the verb of `clause`."""
    at = 0
    for noun in NOUN.finditer(words):
        tail = words[noun.end() : noun.end() + 6]
        if noun.start() < at or (noun[0] == "报告" and _TOLD.match(tail)):
            continue
        if _NO_NAME_BEFORE.search(words[: noun.start()]) or _NO_NAME_AFTER.match(tail):
            continue
        left = _PARTED.split(words[at : noun.start()])[-1]
        at = noun.end()
        name = _bare(left.split("(")[-1] + noun[0])
        if _is_name(name, clause):
            yield name, noun.start()


def _bare(name: str) -> str:
    """The name without what leads up to it: 符合要求的演练方案 is 演练方案."""
    plain = NAME_LEAD.sub("", name)
    if len(plain) == 2 and (told := _ADJECTIVE.search(name)):
        return told[0]
    name = plain
    if "的" in name and len(name.rpartition("的")[2]) >= 4:
        name = name.rpartition("的")[2]
    return NAME_LEAD.sub("", name.rpartition("设计")[2])


def _is_name(name: str, clause: str) -> bool:
    if not 2 <= len(name) <= 36 or re.search(r"[《》:;]|^提出", name) or NOT_DELIVERABLE.search(name):
        return False
    return name not in _TOO_BROAD or "下班后有" in clause
