"""Tell people well before something runs out, once per step."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from opsledger.apps.accounts.services import notify, people
from opsledger.apps.assets.models import Asset, Reminder
from opsledger.kernel import access, clock

STEPS = (90, 60, 30, 7)
WORDS = {"warranty_until": "保修", "expires_on": "到期"}


def remind_expiring(at: datetime) -> int:
    """Send the reminders whose step has come: 90, 60, 30 and 7 days before.  A late worker sends only the nearest."""
    today = clock.local(at).date()
    horizon = today + timedelta(days=STEPS[0])
    rows = (
        Asset.objects.exclude(state="retired")
        .filter(
            Q(warranty_until__gte=today, warranty_until__lte=horizon)
            | Q(expires_on__gte=today, expires_on__lte=horizon)
        )
        .select_related("contract")
    )
    told = 0
    for asset in rows:
        for what, word in WORDS.items():
            on = getattr(asset, what)
            if on is None or not today <= on <= horizon:
                continue
            step = min(days for days in STEPS if (on - today).days <= days)
            _, made = Reminder.objects.get_or_create(
                asset=asset, what=what, on=on, days=step, defaults={"sent_at": at}
            )
            if made:
                told += 1
                _tell(asset, word, on, (on - today).days, at)
    return told


def _tell(asset: Asset, word: str, on, left: int, at: datetime) -> None:
    ends = "保修将到期" if word == "保修" else "将到期"
    notify(
        users=people(asset.contract_id, access.MANAGER),
        title=f"{asset}{ends}：还有{left}天",
        body=f"{on:%Y-%m-%d}{word if word == '到期' else '保修到期'}，请安排续期或更换。",
        url=reverse("assets:asset", args=[asset.contract.slug, asset.code]),
        contract_slug=asset.contract.slug,
        dedupe=f"asset:{asset.pk}:{word}:{on}:{left}",
        at=at,
    )
