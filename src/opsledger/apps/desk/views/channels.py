"""Channels out of the house, the calendar feed of one's due moments, and figures for Prometheus."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.models import Channel, Delivery, Ticket, Timer
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.notices import url_of
from opsledger.apps.desk.services.channels import add_channel, drop_channel, retry_channel, test_channel
from opsledger.apps.desk.words import METRIC_WORDS, TOPICS
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard, public
from opsledger.kernel.pages import act, page

_FEED = "desk.feed"


class ChannelForm(forms.Form):
    """A channel: where, when, how often."""

    kind = forms.ChoiceField(label="类型", choices=Channel.Kind.choices)
    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "请填写名称。"})
    address = forms.CharField(
        label="地址",
        max_length=500,
        required=False,
        help_text="企业微信、飞书、钉钉群机器人：粘贴它的 Webhook 网址；钉钉加签的写 dingtalk://加签密钥@令牌；"
        "其他消息平台、短信网关写 apprise 地址。回调地址写 https://…。邮件写邮箱，本人的可留空，用资料里的邮箱。",
    )
    topics = forms.MultipleChoiceField(
        label="只发哪些消息",
        required=False,
        choices=[(topic, word) for topic, (word, _) in TOPICS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="都不勾即全部。",
    )
    personal = forms.BooleanField(label="仅发与我有关的消息", required=False)
    quiet_from = forms.TimeField(
        label="免打扰起", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    quiet_to = forms.TimeField(
        label="免打扰止", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    digest_minutes = forms.TypedChoiceField(
        label="合并发送", coerce=int, choices=[(0, "逐条"), (15, "每15分钟"), (60, "每小时"), (1440, "每天")]
    )


@guard(access.MANAGER, access.BUYER, access.ENGINEER, access.SUPERVISOR, access.UNIT)
def channels(request: HttpRequest, slug: str) -> HttpResponse:
    """The contract's channels (manager and buyer) and one's own."""
    contract = contract_for(request.actor, slug)
    manages = bool(request.actor.roles(contract.pk) & selectors.MANAGES_CHANNELS)
    form = ChannelForm(request.POST if "address" in request.POST else None)
    if request.method == "POST" and request.POST.get("test", "").isdigit():
        test_channel(actor=request.actor, contract=contract, channel_id=int(request.POST["test"]))
        messages.success(request, "测试消息已交给后台发送，结果几秒后显示在“最近发出”一栏。")
        return redirect("desk:channels", slug)
    if request.method == "POST" and request.POST.get("drop", "").isdigit():
        drop_channel(actor=request.actor, contract=contract, channel_id=int(request.POST["drop"]))
        return redirect("desk:channels", slug)
    if request.method == "POST" and request.POST.get("retry", "").isdigit():
        number = retry_channel(actor=request.actor, contract=contract, channel_id=int(request.POST["retry"]))
        messages.success(request, f"{number} 条消息将重新发送。")
        return redirect("desk:channels", slug)

    def do() -> object:
        told = dict(form.cleaned_data)
        told["personal"] = told["personal"] or not manages
        return add_channel(actor=request.actor, contract=contract, **told)

    if request.method == "POST" and act(request, form, do) is not None:
        messages.success(request, "通道已启用，下一条消息起生效。")
        return redirect("desk:channels", slug)
    rows = list(selectors.channels_of(request.actor, contract))
    feed = signing.dumps(request.actor.user_id, salt=_FEED)
    told = {"contract": contract, "form": form, "rows": rows, "feed": feed, "manages": manages}
    told["waiting"] = any(row.waiting for row in rows)
    return page(request, "desk/channels.html", told)


@public("a calendar program carries no session: the signed address is the key")
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """One person's due moments as iCalendar."""
    try:
        user_id = signing.loads(key, salt=_FEED)
    except signing.BadSignature:
        raise Http404 from None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Http404
    book = Calendar()
    book.add("prodid", "-//OpsLedger//desk//ZH")
    book.add("version", "2.0")
    book.add("x-wr-calname", "运维台账：我的时限")
    at = clock.now()
    actor = actor_for(user)
    for ticket in selectors.my_work(actor).filter(due_at__isnull=False)[:200]:
        word = METRIC_WORDS.get(ticket.due_metric, "")
        summary = f"{word}时限：{ticket.number} {ticket.title}"
        entry = _entry(f"ticket-{ticket.pk}", ticket.due_at, summary, at)
        entry.add("location", ticket.place or str(ticket.unit or ""))
        entry.add("url", request.build_absolute_uri(url_of(ticket)))
        book.add_component(entry)
    for task in selectors.my_tasks(actor).filter(due_at__isnull=False)[:200]:
        entry = _entry(f"task-{task.pk}", task.due_at, f"待办：{task.words}（{task.ticket.number}）", at)
        entry.add("location", task.ticket.place)
        entry.add("url", request.build_absolute_uri(url_of(task.ticket)))
        book.add_component(entry)
    return HttpResponse(book.to_ical(), content_type="text/calendar; charset=utf-8")


def _entry(uid: str, due_at: datetime, summary: str, at: datetime) -> CalendarEvent:
    """A quarter of an hour that ends with the due moment."""
    entry = CalendarEvent()
    entry.add("uid", f"{uid}@opsledger")
    entry.add("dtstamp", at)
    entry.add("dtstart", due_at - timedelta(minutes=15))
    entry.add("dtend", due_at)
    entry.add("summary", summary)
    return entry


@public("a scraper carries no session: a token from the settings is asked for, without one only this machine")
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts of tickets, breaches and messages for Prometheus."""
    wanted = getattr(settings, "METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    near = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    if not (constant_time_compare(given, wanted) if wanted else near):
        raise Http404
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    tickets = Gauge(
        "opsledger_tickets", "Tickets that are not over", ["contract", "kind", "state"], registry=registry
    )
    for row in (
        Ticket.objects.filter(over__in=NOT_OVER)
        .order_by()
        .values_list("contract__slug", "kind", "state")
        .annotate(n=Count("pk"))
    ):
        tickets.labels(*row[:3]).set(row[3])
    late = Gauge(
        "opsledger_timers_breached_open", "Unmet timers past due", ["contract", "metric"], registry=registry
    )
    rows = Timer.objects.filter(state="breached").order_by().values_list("ticket__contract__slug", "metric")
    for slug, metric, number in rows.annotate(n=Count("pk")):
        late.labels(slug, metric).set(number)
    behind = Gauge(
        "opsledger_sweep_behind", "Tickets whose next moment has passed unswept", registry=registry
    )
    behind.set(Ticket.objects.filter(next_due_at__lt=clock.now() - timedelta(minutes=1)).count())
    out = Gauge("opsledger_outbox", "Messages to the outside", ["state"], registry=registry)
    for state, number in Delivery.objects.order_by().values_list("state").annotate(n=Count("pk")):
        out.labels(state).set(number)
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")
