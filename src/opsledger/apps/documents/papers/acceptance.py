"""The acceptance report (验收报告): clause by clause, deliverables, score and money, leftovers, the group's verdict."""

from __future__ import annotations

from opsledger.adapters.docx_paper import Column, Paper
from opsledger.apps.documents.closing import FLAWED, JOINTLY, KEPT, NEVER, OPEN, OWED, Closing
from opsledger.apps.documents.papers.wording import day, moment, points, yuan
from opsledger.kernel import clock

_ORDER = (KEPT, FLAWED, OWED, OPEN, NEVER, JOINTLY)


def render(told: Closing) -> bytes:
    """The report as a draft: the verdict and the signatures are left to the acceptance group."""
    contract = told.contract
    paper = Paper(f"{contract.name}验收报告", at=told.at, foot=f"验收报告　数据截至{moment(told.at)}")
    ended = contract.ends_on < clock.local(told.at).date()
    paper.title("履约验收报告", "" if ended else "（服务期未满，草稿）")
    paper.heading("一、合同信息")
    paper.facts([("合同名称", contract.name)], columns=1, widths_cm=[2.6, 13.8])
    pairs = [
        ("合同编号", contract.number or "—"),
        ("合同价款", yuan(contract.price_cny)),
        ("采购人", contract.buyer.name),
        ("服务商", contract.provider.name if contract.provider else "—"),
        ("服务期", f"{day(contract.starts_on)}至{day(contract.ends_on)}"),
        ("监理", contract.supervisor.name if contract.supervisor else "—"),
    ]
    paper.facts(pairs)
    paper.heading("二、条款履行情况")
    counts = told.verdicts
    said = "，".join(f"{word}{counts[word]}条" for word in _ORDER if counts.get(word))
    paper.text(f"合同有约束力的条款共{len(told.clauses)}条：{said}。逐条情况见附件。")
    _deliverables(paper, told)
    _scores(paper, told)
    _money(paper, told)
    paper.heading("六、遗留问题")
    paper.text(
        f"未关闭的工单{told.open_tickets}件，未销项隐患{told.open_findings}项，到期未完成的任务{told.owed}项，"
        f"频次仍待约定的条款{told.gaps}条。"
    )
    paper.heading("七、验收结论")
    paper.text("□ 验收合格　　□ 整改后合格　　□ 验收不合格")
    paper.text("意见：", indent=True)
    for _ in range(3):
        paper.text("")
    _sign(paper, told)
    paper.new_page()
    _annex(paper, told)
    return paper.data()


def _deliverables(paper: Paper, told: Closing) -> None:
    paper.heading("三、交付物")
    if not told.deliverables:
        paper.text("合同没有约定交付物。")
        return
    columns = [
        Column("服务项", 5),
        Column("交付物", 5),
        Column("应交", 1.3, "right"),
        Column("按期", 1.3, "right"),
        Column("逾期", 1.3, "right"),
        Column("未交", 1.3, "right"),
        Column("未到期", 1.4, "right"),
    ]
    rows = [
        [one.item, one.name, *map(str, (one.due, one.in_time, one.late, one.missing, one.to_come))]
        for one in told.deliverables
    ]
    sums = [
        str(sum(getattr(one, name) for one in told.deliverables))
        for name in ("due", "in_time", "late", "missing", "to_come")
    ]
    paper.table(columns, [*rows, ["合计", "", *sums]], bold_rows=[len(rows)], size=9)


def _scores(paper: Paper, told: Closing) -> None:
    paper.heading("四、考核得分与等级")
    sheet = told.sheet
    if sheet is None:
        paper.text("合同没有考核条款。")
        return
    paper.text(f"全期得分{points(sheet['score'])}分，评定为“{sheet['band']['title']}”。")
    columns = [
        Column("考核期", 4.4),
        Column("得分", 2.2, "right"),
        Column("等级", 3.8),
        Column("扣款", 3, "right"),
        Column("应付", 3, "right"),
    ]
    rows = [
        [
            one["title"],
            points(one["score"]),
            one["band"]["title"],
            yuan((one["money"] or {}).get("deduction")),
            yuan((one["money"] or {}).get("payable")),
        ]
        for one in sheet["periods"]
    ]
    if rows:
        paper.table(columns, rows)


def _money(paper: Paper, told: Closing) -> None:
    paper.heading("五、付款与扣款")
    if not told.payments:
        paper.text("合同没有录入价款或付款计划。")
        return
    columns = [
        Column("付款节点", 3.6),
        Column("金额", 3.1, "right"),
        Column("扣款", 2.9, "right"),
        Column("应付", 3.1, "right"),
        Column("依据", 3.7),
    ]
    rows = []
    for line in told.payments:
        ground = "不依考核" if line.assessment is None else "考核已签署" if line.final else "考核未签署，预计"
        sheet = line.sheet
        rows.append(
            [
                sheet.milestone.title,
                yuan(sheet.instalment),
                yuan(sheet.deduction),
                yuan(sheet.payable) if sheet.settled else "待商定",
                ground,
            ]
        )
    paper.table(columns, rows)


def _sign(paper: Paper, told: Closing) -> None:
    contract = told.contract
    paper.heading("八、验收组签字")
    paper.table(
        [
            Column("验收组成员", 4),
            Column("单位", 5.4),
            Column("职务或职称", 3.4),
            Column("签字", 3.6),
        ],
        [["", "", "", ""] for _ in range(5)],
        size=12,
    )
    paper.text("")
    parties = [
        ("采购人", contract.buyer.name, ""),
        ("服务商", contract.provider.name if contract.provider else "", ""),
    ]
    if contract.supervisor:
        parties.append(("监理", contract.supervisor.name, ""))
    paper.signatures(parties)


def _annex(paper: Paper, told: Closing) -> None:
    paper.heading("附件　条款逐条履行情况")
    columns = [
        Column("序号", 1.1, "center"),
        Column("合同条款", 3.1),
        Column("类别", 1.6, "center"),
        Column("内容", 5),
        Column("履行情况", 4.1),
        Column("结论", 1.7, "center"),
    ]
    rows: list[list[str]] = []
    bands: list[int] = []
    group = None
    for number, line in enumerate(told.clauses, start=1):
        if line.item != group:
            group = line.item
            bands.append(len(rows))
            rows.append([group, "", "", "", "", ""])
        rows.append([str(number), line.clause, line.kind, line.summary, line.done, line.verdict])
    paper.table(columns, rows, band_rows=bands, size=9)
