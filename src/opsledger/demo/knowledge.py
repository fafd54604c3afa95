"""What the desk keeps beyond tickets: the roster, templates of reports, changes with their windows, problems, articles."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk import services as desk
from opsledger.apps.desk.models import Article, Shift, Ticket
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage
from opsledger.demo.stories import story
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def schedule(stage: Stage, cast: Cast, until: datetime) -> int:
    """Fill the roster, and put changes, problems and articles on their days; returns how many of these."""
    told = story("desk")
    stage.at(stage.now, lambda at: _templates(cast, told["templates"]))
    monday = clock.local(until).date() - timedelta(days=clock.local(until).weekday() + 7)
    stage.at(_moment(monday - timedelta(days=3), 16), lambda at: _roster(cast, monday))
    items = {item.no: item for item in ServiceItem.objects.filter(contract=cast.contract)}
    for said in told["changes"]:
        stage.at(_zoned(said["at"]), _Change(stage, cast, items[said["item"]], said).draft)
    for said in told["problems"]:
        stage.at(
            _zoned(said["at"]), lambda at, said=said: _problem(stage, cast, items[said["item"]], said, at)
        )
    for said in told["articles"]:
        stage.at(_zoned(said["written_at"]), lambda at, said=said: _article(stage, cast, said, at))
    return len(told["changes"]) + len(told["problems"]) + len(told["articles"])


def _zoned(moment: datetime) -> datetime:
    return moment.replace(tzinfo=clock.zone())


def _moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.zone())


def _roster(cast: Cast, monday: date) -> None:
    """Four weeks of shifts, dealt to the engineers in turn."""
    users = [cast.users[actor.user_id or 0] for actor in cast.engineers]
    turn = 0
    for day in range(28):
        for part in Shift.Part.values:
            user = users[turn % len(users)]
            turn += 1
            desk.set_shift(
                actor=cast.manager,
                contract=cast.contract,
                on=monday + timedelta(days=day),
                part=part,
                user=user,
            )


def _templates(cast: Cast, rows: list[dict[str, str]]) -> None:
    """What is reported again and again, written by the manager on the first day."""
    items = {item.no: item for item in ServiceItem.objects.filter(contract=cast.contract)}
    for said in rows:
        row = {**said, "item": items[said["item"]] if "item" in said else None}
        desk.add_report_template(actor=cast.manager, contract=cast.contract, **row)


def _report(cast: Cast, item: ServiceItem, kind: str, title: str, why: str) -> Ticket:
    manager = cast.users[cast.manager.user_id or 0]
    return desk.report_ticket(
        actor=cast.manager, item=item, kind=kind, title=title, description=why, reporter=manager
    )


class _Change:
    """One change on its way: drafted, approved by the buyer, carried out in its window, reviewed."""

    def __init__(self, stage: Stage, cast: Cast, item: ServiceItem, said: dict[str, Any]) -> None:
        self.stage, self.cast, self.item, self.said = stage, cast, item, said
        self.pk = 0

    def _act(self, actor: Actor, action: str, **given: object) -> None:
        ticket = Ticket.objects.select_related("item", "contract").get(pk=self.pk)
        desk.table_act(actor=actor, ticket=ticket, action=action, given=given)

    def draft(self, at: datetime) -> None:
        said = self.said
        self.pk = _report(self.cast, self.item, "change", said["title"], said["why"]).pk
        begin = (at + timedelta(hours=said["window_after_hours"])).replace(minute=0, second=0)
        end = begin + timedelta(hours=said["window_hours"])
        plan = {name: said[name] for name in ("risk", "steps", "rollback", "tests")}
        self._act(self.cast.manager, "submit", **plan, window_begin=begin, window_end=end)
        if said["ends"] in ("approved", "closed"):
            self.stage.at(at + timedelta(hours=5), self.approve)
        if said["ends"] == "closed":
            self.stage.at(begin + timedelta(minutes=5), self.start)
            self.stage.at(end - timedelta(minutes=20), self.finish)
            self.stage.at(end + timedelta(hours=27), self.review)

    def approve(self, at: datetime) -> None:
        self._act(self.cast.buyer, "approve")

    def start(self, at: datetime) -> None:
        self._act(self.cast.owner_of(self.item), "start")

    def finish(self, at: datetime) -> None:
        self._act(
            self.cast.owner_of(self.item), "finish", outcome="按方案完成", test_result="验证项目全部通过"
        )

    def review(self, at: datetime) -> None:
        self._act(self.cast.buyer, "review", conclusion="实施与方案一致，同意关闭。")


def _problem(stage: Stage, cast: Cast, item: ServiceItem, said: dict[str, Any], at: datetime) -> None:
    cause = said["cause"]
    pk = _report(cast, item, "problem", said["title"], "同类事件反复出现，转为问题分析根因。").pk

    def step(actor: Actor, action: str, **given: object) -> None:
        ticket = Ticket.objects.select_related("item", "contract").get(pk=pk)
        desk.table_act(actor=actor, ticket=ticket, action=action, given=given)

    owner = cast.owner_of(item)
    step(cast.manager, "assign", assignee=cast.users[owner.user_id or 0])
    step(owner, "record_workaround", workaround="月初三天预先扩容一个节点。" if cause else "先改接备用端口。")
    if said["ends"] != "closed":
        return
    stage.at(at + timedelta(days=4), lambda at: step(owner, "identify", root_cause=cause))
    stage.at(at + timedelta(days=9), lambda at: step(owner, "resolve", solution="连接池上限由80调到200。"))
    stage.at(
        at + timedelta(days=40),
        lambda at: step(cast.manager, "close", conclusion="连续一个月未再出现。"),
    )


def _article(stage: Stage, cast: Cast, said: dict[str, str], at: datetime) -> None:
    """Written from the latest closed ticket of the same complaint, where there is one, and published by the manager."""
    closed = Ticket.objects.filter(contract=cast.contract, state="closed")
    ticket = closed.filter(title__contains=said["title"][:4]).order_by("-pk").first()
    author = cast.engineers[0]
    made = desk.write_article(
        actor=author,
        contract=cast.contract,
        title=said["title"],
        symptom=said["symptom"],
        solution=said["solution"],
        ticket=ticket,
    )
    desk.move_article(actor=author, article=made, to="review")
    stage.at(at + timedelta(hours=20), lambda then: _publish(cast, made.pk))


def _publish(cast: Cast, pk: int) -> None:
    article = Article.objects.get(pk=pk)
    desk.move_article(actor=cast.manager, article=article, to="published")
    tickets = Ticket.objects.filter(contract=cast.contract, kind="incident").order_by("-pk")
    for ticket in tickets.filter(title__contains=article.title[:4])[:2]:
        desk.use_article(actor=cast.engineers[0], article=article, ticket=ticket)
    for actor in cast.engineers[:3]:
        desk.vote(actor=actor, article=article, helpful=True)
