"""What the parties settled at the start of the year: frequencies that the text leaves open."""

from __future__ import annotations

from opsledger.apps.contracts import services
from opsledger.apps.contracts.models import Obligation
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage

# activity -> (count, every, period); what is not here stays a gap for the demonstration to show.
AGREED = {
    "inspection": (1, 1, "month"),
    "backup": (1, 1, "week"),
    "backup_check": (1, 1, "month"),
    "vuln_scan": (1, 1, "quarter"),
    "maintenance": (1, 1, "quarter"),
    "log_review": (1, 1, "month"),
    "security_check": (1, 1, "quarter"),
    "training": (1, 1, "halfyear"),
    "drill": (1, 1, "year"),
}
NOTE = "2025年12月30日运维启动会纪要（演示）"
# Left open so that the page has something to settle.
LEFT_OPEN = 14


def settle(stage: Stage, cast: Cast) -> int:
    """Settle most of the open frequencies; returns how many."""
    rows = list(
        Obligation.objects.filter(contract=cast.contract, status=Obligation.Status.GAP).order_by("pk")
    )
    known = [row for row in rows if row.activity in AGREED]
    left = set(stage.random.sample([row.pk for row in known], k=min(LEFT_OPEN, len(known))))
    done = 0
    for row in known:
        if row.pk in left:
            continue
        count, every, period = AGREED[row.activity]
        services.agree_frequency(
            actor=cast.buyer, obligation=row, count=count, every=every, period=period, note=NOTE
        )
        done += 1
    return done
