"""Staffing: how many people of which role must be there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsledger.core.quantities import number
from opsledger.reader.blocks import Span
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal, plain

_NUM = r"(?:\d{1,4}|[一二两三四五六七八九十]{1,3})"
_ROLE = (
    r"(?:工程师|(?:运维|维修|维护|技术)工(?!程|作|单|具)|技术人员|运维人员|服务人员|专业人员|负责人|项目经理|经理"
    r"|现场(?:保障|值守|支持)|值守|专家|(?:驻场|驻点)(?:运维|人员|服务)?|团队(?:成员)?|人员|成员|顾问|客服|操作员|坐席|值班|运维|技师|电工|管理员|分析师|架构师|程序员|设计师|讲师|主管|助理|护士|保安|保洁员?)"
)
_BEFORE_ROLE = re.compile(
    rf"(?P<n>{_NUM})\s*(?:名|位|人(?!次|日|天|月))(?:以上)?(?:的|固定|专职|专业|专属|"
    rf"为期)*\s*(?P<role>[^,;。、:()与和及]{{0,18}}?{_ROLE}[^,;。、:()与和及\d]{{0,4}}?)(?=[,;。、:()与和及\s]|"
    rf"提供|在|负责|为|到|$)"
)
_AFTER_ROLE = re.compile(
    rf"(?P<role>[^,;。、:()]{{0,14}}?{_ROLE}|"
    rf"[^,;。、:()]{{1,6}}(?:方面))(?:人数)?\s*[,:]?\s*(?:共计?|总计|总数|合计|至少|不得少于|不少于|最少|"
    rf"≥)?\s*(?P<n>{_NUM})\s*(?:名|人(?!次|日|天|月))"
)
_ALONE = re.compile(rf"^\s*(?:安排|配备|派驻)?\s*(?:不少于|至少|不得少于|≥)\s*(?P<n>{_NUM})\s*[人名]\s*$")
_STATED = re.compile(rf"^\s*[\d.、()一二三四五六七八九十]{{0,6}}\s*[^,;。\d]{{0,8}}人员\s*{_NUM}\s*名$")
"""A clause that is nothing but people and their number."""
_DEMAND = re.compile(r"提供|安排|派驻|派|配备|配置|至少|不少于|不得少于|需|须|应|驻场|指派|其中|包括")
_NOT_STAFF = re.compile(
    r"用户|约|左右|平均|培训\s*\d|负责培训|参加人|投标(?!人|方)|得\d?分|评委|评标|从业人员|1个人|"
    r"2个人|中标候选|推荐|学员|患者|参保|万人"
)


def read(sentence: Sentence) -> Iterator[Proposal]:
    """The staffing terms of one sentence."""
    key = sentence.key
    demanded = bool(_DEMAND.search(sentence.words))
    clauses = sentence.clauses()
    for index, clause in enumerate(clauses):
        words = key[clause.start : clause.end]
        ahead = key[clauses[index - 1].start : clause.start] if index else ""
        alone = _ALONE.match(words)
        if alone and (told := re.search(_ROLE, ahead)):
            fields = {"min": plain(number(alone["n"])), "role": told[0]}
            yield Proposal(
                "staffing", fields, Span(clauses[index - 1].start, clause.end), "staffing.count", 0.85
            )
            continue
        stated = _STATED.match(words)
        if not (demanded or stated) or _NOT_STAFF.search(words):
            continue
        found = list(_BEFORE_ROLE.finditer(words))
        after = [
            m
            for m in _AFTER_ROLE.finditer(words)
            if all(m.end() <= f.start("n") or m.start("n") >= f.end() for f in found)
        ]
        taken: list[int] = [f.start("n") for f in found]
        for match in [*found, *(m for m in after if m.start("n") not in taken)]:
            role = re.sub(
                r"^(?:方面|的|为|固定|专业)|(?:至少|不少于|方面|不得少于)$", "", match["role"]
            ).strip()
            role = re.sub(r"^.*(?:包括|提供|安排|其中|配备|配置|派驻)|^[\d.、()]+(?![*\d])", "", role)
            fields = {"min": plain(number(match["n"])), "role": role.strip()}
            yield Proposal("staffing", fields, clause, "staffing.role", 0.9)
        if (
            not found
            and not after
            and (plain_match := re.search(rf"(?:提供|安排)\s*(?P<n>{_NUM})\s*(?:人|名)(?!次|日|天以)", words))
        ):
            fields = {"min": plain(number(plain_match["n"])), "role": "服务人员"}
            yield Proposal("staffing", fields, clause, "staffing.people", 0.75)
