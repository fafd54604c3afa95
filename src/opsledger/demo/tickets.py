"""The faults of the year: reported by the units, dispatched, worked on, mostly in time, confirmed and rated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk import services as desk
from opsledger.apps.desk.models import Ticket
from opsledger.core.errors import DomainError
from opsledger.demo import sharing
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage
from opsledger.kernel import clock

TICKETS = 600
# From the first working day to the demonstration's moment.
YEAR_DAYS = 320
# So many were reported in the last thirty hours: some of them are still open.
RECENT = 14
# Of a hundred tickets: one limit missed, waited for the unit, came back, cut the service off.
LATE, WAITED, REOPENED, INTERRUPTED = 2, 7, 3, 3

FAULTS = (
    (
        "页面打不开，提示连接超时",
        "多台电脑均无法访问，刷新无效。",
        "应用服务线程耗尽",
        "重启应用服务并调大连接池，观察一小时正常。",
    ),
    ("登录后一直转圈", "输入账号密码后页面无响应。", "认证服务缓存异常", "清理认证缓存，恢复登录。"),
    ("附件上传失败", "上传 PDF 提示服务器错误。", "存储目录空间不足", "清理过期临时文件并扩容目录。"),
    (
        "数据没有同步过来",
        "昨天录入的数据今天在统计里看不到。",
        "同步任务因对端接口变更失败",
        "调整接口参数后补传数据，核对无遗漏。",
    ),
    ("报表导出内容不全", "导出的表格只有前面一部分。", "导出行数上限设置过小", "调整上限并重新生成报表。"),
    ("网络时断时续", "办公区网络一阵一阵断开。", "接入交换机端口松动", "更换跳线并固定端口，持续观察正常。"),
    ("短信收不到", "验证短信几分钟后才到，有时收不到。", "短信通道拥塞", "切换备用通道，恢复正常时延。"),
    (
        "查询特别慢",
        "按条件查询要等一分多钟。",
        "数据库缺少索引",
        "补建索引并更新统计信息，查询恢复到两秒内。",
    ),
    ("大屏有一块不亮", "左上角显示黑块。", "接收卡故障", "更换接收卡并校正颜色。"),
    ("打印出来是乱码", "窗口打印回执乱码。", "字体文件缺失", "补装字体，测试打印正常。"),
)
REQUESTS = (
    ("请导出上季度办件明细", "用于季度通报，按单位分表。", "按要求导出并交联络员签收。"),
    ("新增两名用户并设置权限", "新调入人员，权限同原岗位。", "已开通账号并核对权限。"),
    ("调整首页栏目顺序", "把通知公告移到最前。", "已调整，使用单位确认。"),
)
QUESTIONS = (
    ("怎样批量导入名单", "模板放在哪里？", "已发送模板与操作说明，电话指导完成一次导入。"),
    ("忘记密码如何重置", "本人手机号已更换。", "核实身份后更新手机号并重置密码。"),
)


@dataclass(frozen=True, slots=True)
class Luck:
    """What fate has in store for one ticket."""

    late: bool
    waits: bool
    returns: bool
    interrupts: bool
    stops_at: str = ""


def schedule(stage: Stage, cast: Cast, until: datetime) -> int:
    """Scatter the year's reports over its days; a few of the last days are still open when the play ends."""
    items = list(ServiceItem.objects.filter(contract=cast.contract).select_related("unit", "contract"))
    # Systems that many people use break more often.
    weights = [stage.random.choice((1, 1, 2, 3, 5)) for _ in items]
    first, last = date(2026, 1, 4), clock.local(until).date()
    days = (last - first).days
    number = max(RECENT, round(TICKETS * days / YEAR_DAYS)) - RECENT
    moments = sorted(
        _moment(stage, first + timedelta(days=stage.random.randint(0, days))) for _ in range(number)
    )
    moments += [until - stage.between(timedelta(minutes=5), timedelta(hours=30)) for _ in range(RECENT)]
    for moment in moments:
        if moment >= until:
            moment = until - stage.between(timedelta(minutes=20), timedelta(hours=6))
        item = stage.random.choices(items, weights)[0]
        stage.at(moment, lambda at, item=item: _report(stage, cast, item, at, until))
    return len(moments)


def _moment(stage: Stage, day: date) -> datetime:
    """Mostly in the working hours of a working day, sometimes at night or on a Sunday."""
    lot = stage.random.random()
    if lot < 0.88:
        while day.weekday() >= 5:
            day += timedelta(days=1)
        hour = stage.random.choices(range(8, 18), (5, 9, 9, 7, 2, 3, 7, 8, 6, 3))[0]
    else:
        hour = stage.random.randrange(24)
    return datetime.combine(
        day, time(hour, stage.random.randrange(60), stage.random.randrange(60)), clock.zone()
    )


def _luck(stage: Stage) -> Luck:
    lot = stage.random.randrange
    return Luck(lot(100) < LATE, lot(100) < WAITED, lot(100) < REOPENED, lot(100) < INTERRUPTED)


# Half by the page; who cannot reach it calls; the rest scan the label, write a mail or a line in the group.
WAYS_IN = ("portal",) * 10 + ("phone",) * 6 + ("qr",) * 2 + ("mail", "chat")


def _way_in(at: datetime) -> str:
    """By the minute and second of the report, so that the dice of the year fall as they did."""
    return WAYS_IN[(at.minute * 60 + at.second) % len(WAYS_IN)]


# What the manager marks a ticket with; most carry nothing.
TAGS = (("重保",), ("第三方",), ("培训",), ("待复盘", "第三方"))


def _tags(at: datetime) -> tuple[str, ...]:
    """By the second of the report, as the way in."""
    return TAGS[at.second // 6 % len(TAGS)] if at.second % 6 == 0 else ()


def _hours(at: datetime) -> int:
    """Ten minutes to two hours of work, by the moment at which it was done."""
    return 5 * (2 + (at.minute * 60 + at.second) % 23)


def _report(stage: Stage, cast: Cast, item: ServiceItem, at: datetime, until: datetime) -> None:
    kind = stage.random.choices(("incident", "request", "question"), (86, 8, 6))[0]
    levels = severities_of(item, kind)
    severity = (
        stage.random.choices(levels, [2 ** min(level.rank, 5) for level in levels])[0].word if levels else ""
    )
    story = stage.random.choice({"incident": FAULTS, "request": REQUESTS, "question": QUESTIONS}[kind])
    unit = cast.unit_of(item)
    user = cast.users[unit.user_id or 0]
    source = _way_in(at)
    try:
        ticket = desk.report_ticket(
            actor=cast.manager if source == "phone" else unit,
            source=source,
            item=item,
            kind=kind,
            severity=severity,
            title=story[0],
            description=story[1],
            reporter=user,
            contact_phone=user.phone,
            place=f"{item.unit}办公区",
        )
    except DomainError:
        return
    if tags := _tags(at):
        desk.add_tags(actor=cast.manager, ticket=ticket, tags=tags)
    _Work(stage, cast, ticket.pk, story, _luck(stage)).begin(at)


class _Work:
    """One ticket's way through the desk: each step schedules the next."""

    def __init__(self, stage: Stage, cast: Cast, pk: int, story: tuple[str, ...], luck: Luck) -> None:
        self.stage, self.cast, self.pk, self.story, self.luck = stage, cast, pk, story, luck

    def _ticket(self) -> Ticket:
        return Ticket.objects.select_related("item", "item__unit", "contract", "assignee").get(pk=self.pk)

    def _due(self, ticket: Ticket, metric: str) -> datetime | None:
        return ticket.timers.filter(metric=metric).order_by("-cycle").values_list("due_at", flat=True).first()

    def _by(self, ticket: Ticket, metric: str, at: datetime, usual: timedelta) -> datetime:
        """A moment for reaching `metric`: a share of what is left of its limit, or past it where luck is bad."""
        due = self._due(ticket, metric)
        if due is None:
            return at + usual * self.stage.random.uniform(0.4, 1.6)
        left = due - at
        if left <= timedelta(0):
            return at + timedelta(minutes=self.stage.random.randint(5, 50))
        if self.luck.late and metric in {"resolve", "arrive"}:
            return due + min(left, timedelta(hours=9)) * self.stage.random.uniform(0.1, 0.9)
        return at + left * self.stage.random.uniform(0.12, 0.82)

    def _do(self, act: str, **facts: object) -> bool:
        """Take one step; a step that the state does not allow any more is left out."""
        try:
            getattr(desk, act)(**facts)
        except DomainError:
            return False
        return True

    def begin(self, at: datetime) -> None:
        ticket = self._ticket()
        respond = self._due(ticket, "respond")
        left = (respond - at) if respond else timedelta(minutes=20)
        self.stage.at(at + min(left, timedelta(hours=3)) * self.stage.random.uniform(0.1, 0.4), self.dispatch)

    def dispatch(self, at: datetime) -> None:
        ticket = self._ticket()
        owner = self.cast.owner_of(ticket.item)
        engineer: User = self.cast.users[owner.user_id or 0]
        if self._do("dispatch", actor=self.cast.manager, ticket=ticket, assignee=engineer):
            moment = self._by(ticket, "respond", at, timedelta(minutes=15))
            self.stage.at(min(moment, at + timedelta(hours=4)), self.accept)

    def accept(self, at: datetime) -> None:
        ticket = self._ticket()
        if not self._do("accept", actor=self.cast.owner_of(ticket.item), ticket=ticket):
            return
        sharing.share(self.cast, ticket, at)
        if self._due(ticket, "arrive") is not None:
            self.stage.at(self._by(ticket, "arrive", at, timedelta(hours=1)), self.arrive)
        elif self.luck.waits:
            self.stage.at(at + timedelta(minutes=30), self.wait)
        else:
            self.stage.at(self._by(ticket, "resolve", at, timedelta(hours=3)), self.resolve)

    def arrive(self, at: datetime) -> None:
        ticket = self._ticket()
        self._do("arrive", actor=self.cast.owner_of(ticket.item), ticket=ticket)
        if self.luck.waits:
            self.stage.at(at + timedelta(minutes=12), self.wait)
        else:
            self._towards_end(ticket, at)

    def _towards_end(self, ticket: Ticket, at: datetime) -> None:
        if self._due(ticket, "mitigate") is not None:
            self.stage.at(self._by(ticket, "mitigate", at, timedelta(hours=2)), self.mitigate)
        else:
            self.stage.at(self._by(ticket, "resolve", at, timedelta(hours=3)), self.resolve)

    def wait(self, at: datetime) -> None:
        ticket = self._ticket()
        actor = self.cast.owner_of(ticket.item)
        note = "需使用单位确认停机时间后继续处理。"
        if self._do(
            "suspend",
            actor=actor,
            ticket=ticket,
            reason="customer",
            waiting_for=str(ticket.item.unit),
            note=note,
        ):
            self.stage.at(at + self.stage.between(timedelta(minutes=40), timedelta(hours=18)), self.resume)
        else:
            self._towards_end(ticket, at)

    def resume(self, at: datetime) -> None:
        ticket = self._ticket()
        self._do("resume", actor=self.cast.owner_of(ticket.item), ticket=ticket, note="已得到确认。")
        self._towards_end(self._ticket(), at)

    def mitigate(self, at: datetime) -> None:
        ticket = self._ticket()
        actor = self.cast.owner_of(ticket.item)
        self._do("mitigate", actor=actor, ticket=ticket, measure="切换备用节点，核心功能已恢复。")
        self.stage.at(self._by(ticket, "resolve", at, timedelta(hours=4)), self.resolve)

    def resolve(self, at: datetime) -> None:
        ticket = self._ticket()
        facts: dict[str, object] = {
            "cause": self.story[-2] if ticket.kind == "incident" else "",
            "solution": self.story[-1],
            "worked_minutes": _hours(at),
        }
        if ticket.kind == "incident" and self.luck.interrupts:
            lasted = min(
                at - ticket.reported_at, self.stage.between(timedelta(minutes=4), timedelta(minutes=50))
            )
            facts |= {"interrupted_from": ticket.reported_at, "interrupted_to": ticket.reported_at + lasted}
        sharing.tick(self.cast, ticket)
        if not self._do("resolve", actor=self.cast.owner_of(ticket.item), ticket=ticket, **facts):
            return
        wait = self.stage.between(timedelta(minutes=20), timedelta(hours=30))
        self.stage.at(at + wait, self.reopen if self.luck.returns else self.confirm)

    def reopen(self, at: datetime) -> None:
        ticket = self._ticket()
        self.luck = Luck(False, False, False, False)
        if self._do(
            "reopen", actor=self.cast.unit_of(ticket.item), ticket=ticket, reason="同样的现象又出现了。"
        ):
            self.stage.at(at + self.stage.between(timedelta(minutes=10), timedelta(hours=1)), self.resolve)

    def confirm(self, at: datetime) -> None:
        ticket = self._ticket()
        rating = self.stage.random.choices((5, 4, 3, 2), (62, 28, 8, 2))[0]
        note = "" if rating > 3 else "希望处理再快一些。"
        self._do("confirm", actor=self.cast.unit_of(ticket.item), ticket=ticket, rating=rating, note=note)
