"""Words and tones of the desk in templates."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from opsledger.apps.desk import live_words
from opsledger.apps.desk.live_words import Talk
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.words import ACT_WORDS, METRIC_WORDS, STATE_TONES, TALK
from opsledger.apps.ledger.models import Attachment
from opsledger.core import tickets
from opsledger.kernel import clock

register = template.Library()


@register.filter
def state_tone(ticket: Ticket) -> str:
    return STATE_TONES.get(ticket.state, "idle")


@register.filter
def hours(minutes: int) -> str:
    """Time worked: hours and minutes, never days, for a day here is no working day."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest}分钟"
    return f"{whole}小时{rest}分" if rest else f"{whole}小时"


@register.filter
def metric_word(metric: str) -> str:
    return METRIC_WORDS.get(metric, metric)


@register.filter
def due_tone(ticket: Ticket) -> str:
    """late, soon or ok, for the nearest unmet deadline."""
    if ticket.due_at is None:
        return "idle"
    at = clock.now()
    if ticket.state == "suspended":
        return "paused"
    if ticket.due_at < at:
        return "late"
    return "soon" if (ticket.due_at - at).total_seconds() < 3600 else "ok"


@register.filter
def moment_tone(moment: datetime | None) -> str:
    """late, soon (within an hour) or ok."""
    if moment is None:
        return "idle"
    left = (moment - clock.now()).total_seconds()
    return "late" if left < 0 else "soon" if left < 3600 else "ok"


@register.filter
def action_word(event: TicketEvent) -> str:
    """What was done, as the table calls it."""
    if event.action == "note" and event.private:
        return "内部说明"
    if event.action in ACT_WORDS:
        return ACT_WORDS[event.action]
    return tickets.table(event.ticket.kind).actions.get(event.action, event.action)


@register.filter
def changed_words(event: TicketEvent) -> str:
    """What an act put right, in one line; "" for all others."""
    return "；".join(
        f"{one['word']}“{one['was'] or '空'}”改为“{one['now'] or '空'}”"
        for one in event.data.get("changed", ())
    )


@register.filter
def suspension_word(reason: str) -> str:
    return tickets.SUSPENSION_REASONS.get(reason, reason)


@register.filter
def live(text: str, talk: Talk) -> SafeString:
    """What somebody wrote, with its addresses, numbers of tickets and calls made live."""
    return live_words.live(text, talk)


@register.filter
def story_kind(event: TicketEvent) -> str:
    """Under which pill an entry of the story stands; the report stands under each."""
    if event.action == "report":
        return ""
    return "talk" if event.action in TALK else "work"


@register.filter
def file_url(attachment: Attachment, ticket: Ticket) -> str:
    """Where a file of this ticket is read."""
    return reverse("desk:file", args=[ticket.contract.slug, ticket.number, attachment.pk])


@register.filter
def action_icon(event: TicketEvent) -> str:
    return _ICONS.get(event.action, "point")


_ICONS = {
    "report": "message-plus",
    "dispatch": "send",
    "reassign": "switch-horizontal",
    "accept": "circle-check",
    "arrive": "map-pin",
    "diagnose": "stethoscope",
    "mitigate": "bandage",
    "suspend": "player-pause",
    "resume": "player-play",
    "resolve": "checks",
    "answer_at_once": "checks",
    "confirm": "thumb-up",
    "confirm_by_rule": "thumb-up",
    "rate": "star",
    "reopen": "rotate",
    "cancel": "x",
    "note": "message",
    "joined": "users",
    "update": "speakerphone",
    "children_told": "speakerphone",
    "children_resolved": "checks",
    "change_severity": "arrows-up-down",
    "change_item": "arrow-right-circle",
    "amend": "pencil",
    "remind": "bell",
    "provide_spare": "package",
    "submit_report": "file-text",
    "send_back": "corner-up-left",
    "complete": "edit",
    "decline": "corner-up-left",
    "correct_time": "clock-edit",
    "confirm_correction": "clock-check",
    "merge": "git-merge",
    "absorbed": "git-merge",
    "divided": "arrows-split-2",
    "brought_in": "user-plus",
    "linked": "link",
    "unlinked": "unlink",
    "escalate": "arrow-up",
    "refuse_time": "clock-x",
    "call_back": "phone",
    "use_article": "book",
    "convert": "transform",
    "declare": "list-check",
    "emergency": "urgent",
    "task_added": "list-check",
    "task_changed": "list-details",
    "task_done": "checkbox",
    "task_reopened": "square",
    "task_withdrawn": "square-x",
}
