"""Clocks: the term that binds, suspension, change of severity, and the breach that the worker finds."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from opsledger.apps.accounts.models import Notice
from opsledger.apps.desk import services
from opsledger.apps.desk.models import Ticket, Timer
from opsledger.apps.ledger.models import Entry
from opsledger.core.terms import LimitClock, SlaMetric, TimeUnit

HOUR = timedelta(hours=1)


def breaches(ticket: Ticket) -> list[tuple[str, object]]:
    rows = Entry.objects.filter(verb="ticket.breached", subject_id=str(ticket.pk)).order_by("happened_at")
    return [(entry.changes["metric"], entry.happened_at) for entry in rows]


def test_each_metric_runs_under_its_own_term(desk, ticket):
    found = {timer.metric: (timer.limit_text, timer.due_at) for timer in ticket.timers.all()}
    assert found == {
        "respond": ("15分钟", desk.start + timedelta(minutes=15)),
        "arrive": ("1小时", desk.start + HOUR),
        "resolve": ("4小时", desk.start + 4 * HOUR),
    }
    assert (ticket.due_at, ticket.due_metric) == (desk.start + timedelta(minutes=15), "respond")


def test_a_severe_one_has_the_shorter_limit(desk):
    ticket = desk.report(severity="严重故障")
    assert desk.timer(ticket, "resolve").due_at == desk.start + 2 * HOUR


def test_a_question_has_its_own_limits(desk):
    ticket = desk.report(kind="question")
    assert [timer.metric for timer in ticket.timers.all()] == ["answer"]
    desk.do(ticket, "resolve", "engineer", solution="在系统设置中修改")
    ticket.refresh_from_db()
    assert (ticket.state, desk.timer(ticket, "answer").state) == ("resolved", "met")


def test_an_item_without_limits_has_no_timers_and_works(desk):
    ticket = desk.report("manager", item=desk.world.other_item)
    assert not ticket.timers.exists() and ticket.next_due_at is None
    assert desk.do(ticket, "accept", "engineer").state == "working"


def test_out_of_hours_has_another_limit(desk):
    desk.add_term(
        desk.world.item,
        key="01.resolve.night",
        metric=SlaMetric.RESOLVE,
        value=8,
        unit=TimeUnit.HOUR,
        clock=LimitClock.NONBUSINESS,
    )
    # 10:00 is in office hours (4 h bind); 20:00 is not (8 h bind).
    assert desk.timer(desk.report(), "resolve").limit_text == "4小时"
    with desk.later(hours=10):
        assert desk.timer(desk.report(), "resolve").limit_text == "8小时"


def test_a_part_with_limits_of_its_own(desk):
    desk.add_term(
        desk.world.item,
        key="01.resolve.hw",
        metric=SlaMetric.RESOLVE,
        value=24,
        unit=TimeUnit.HOUR,
        scope="硬件",
    )
    assert desk.timer(desk.report(), "resolve").limit_text == "4小时"
    assert desk.timer(desk.report(scope="硬件"), "resolve").limit_text == "24小时"


def test_at_once_means_a_quarter_of_an_hour_unless_agreed(desk):
    desk.add_term(
        desk.world.other_item, key="02.respond", metric=SlaMetric.RESPOND, value=0, unit=TimeUnit.MINUTE
    )
    assert desk.timer(desk.report("manager", item=desk.world.other_item), "respond").limit_text == "15分钟"
    desk.world.contract.settings = {"desk": {"at_once_minutes": 5}}
    desk.world.contract.save()
    desk.world.other_item.refresh_from_db()
    ticket = desk.report("manager", item=desk.world.other_item)
    assert desk.timer(ticket, "respond").limit_text == "5分钟"


def test_suspension_and_change_of_severity(desk):
    """10:00 report (4 h). 11:00-12:30 waits for the unit. 13:00 made severe (2 h from creation).

    Due at first 14:00; with 90 minutes of pause 15:30; under the severe term 10:00 + 2 h + 1 h 30 = 13:30.
    Spent by 13:00: 3 h less 1 h 30 = 1 h 30, so half an hour is left.  Resolved 13:20: met.
    """
    ticket = desk.working()
    with desk.later(minutes=30):
        desk.do(ticket, "arrive", "engineer")
    with desk.later(hours=1):
        desk.do(ticket, "suspend", "engineer", reason="customer", waiting_for="档案馆机房管理员")
    assert desk.timer(ticket, "resolve").state == "paused"
    ticket.refresh_from_db()
    assert ticket.next_due_at is None
    with desk.later(hours=2, minutes=30):
        desk.do(ticket, "resume", "engineer")
    assert desk.timer(ticket, "resolve").due_at == desk.start + timedelta(hours=5, minutes=30)
    with desk.later(hours=3):
        desk.do(ticket, "change_severity", "buyer", severity="严重故障", reason="全馆停用")
    timer = desk.timer(ticket, "resolve")
    assert timer.due_at == desk.start + timedelta(hours=3, minutes=30)
    assert (timer.elapsed_seconds, timer.paused_seconds) == (5400, 5400)
    with desk.later(hours=3, minutes=20):
        desk.do(ticket, "resolve", "engineer", cause="a", solution="b")
    assert desk.timer(ticket, "resolve").state == "met"
    assert breaches(ticket) == []


def test_the_worker_finds_the_breach_and_stamps_the_deadline(desk, ticket):
    with desk.later(minutes=20) as at:
        assert services.sweep_due(at) == 1
        # Nothing more to do until the next moment comes.
        assert services.sweep_due(at) == 0
    assert breaches(ticket) == [("响应", desk.start + timedelta(minutes=15))]
    entry = Entry.objects.get(verb="ticket.breached")
    assert entry.recorded_at == desk.start + timedelta(minutes=20)
    ticket.refresh_from_db()
    assert ticket.breached and ticket.next_due_at > at


def test_two_workers_and_many_sweeps_record_each_breach_once(desk, ticket, monkeypatch):
    """The second worker looks at the same rows after the first has claimed them."""
    from opsledger.apps.desk.services import timing

    real = timing._sweep_one
    done = []

    def twice(pk, moment, at):
        done.append(real(pk, moment, at))
        done.append(real(pk, moment, at))
        return 1

    monkeypatch.setattr(timing, "_sweep_one", twice)
    with desk.later(hours=6) as at:
        timing.sweep_due(at)
    assert done == [1, 0]
    for hours in (7, 8):
        with desk.later(hours=hours) as at:
            services.sweep_due(at)
    assert [metric for metric, _ in breaches(ticket)] == ["响应", "到场", "解决"]
    assert Notice.objects.filter(user=desk.world.users["manager"], title__contains="已超时").count() == 3


def test_a_worker_killed_half_way_leaves_the_moment_for_the_next(desk, ticket, monkeypatch):
    from opsledger.apps.desk.services import timing

    def die(*args, **kwargs):
        raise RuntimeError("killed")

    with desk.later(minutes=20) as at:
        monkeypatch.setattr(timing.ledger, "record", die)
        with contextlib.suppress(RuntimeError):
            timing.sweep_due(at)
        monkeypatch.undo()
        assert breaches(ticket) == []
        services.sweep_due(at)
    assert len(breaches(ticket)) == 1


def test_an_act_before_the_sweep_records_the_breach_too(desk, ticket):
    with desk.later(hours=1, minutes=30):
        desk.do(ticket, "accept", "engineer")
    assert [metric for metric, _ in breaches(ticket)] == ["响应", "到场"]
    with desk.later(hours=2) as at:
        services.sweep_due(at)
    assert len(breaches(ticket)) == 2
    assert desk.timer(ticket, "respond").overrun_seconds == 75 * 60


def test_the_page_shows_a_breach_but_does_not_make_one(desk, ticket):
    with desk.later(minutes=30):
        page = desk.world.client("unit").get(f"/c/demo-2026/tickets/{ticket.number}/").content.decode()
        assert "已超时15分钟" in page
    assert breaches(ticket) == [] and not Timer.objects.filter(breached_at__isnull=False).exists()


def test_a_warning_comes_once_when_four_fifths_have_passed(desk, ticket):
    for minutes in (8, 13, 14):
        with desk.later(minutes=minutes) as at:
            services.sweep_due(at)
    told = Notice.objects.filter(user=desk.world.users["manager"], title__startswith="响应时限将到")
    assert told.count() == 1
    assert "还剩2分钟" in told.get().body
