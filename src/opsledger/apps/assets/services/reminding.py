"""Tell people well before something runs out, once per step."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse

from opsledger.apps.accounts.services import notify, people
from opsledger.apps.assets.ends import ends_of
from opsledger.apps.assets.models import Asset, Reminder
from opsledger.kernel import access, clock

STEPS = (90, 60, 30, 7)
_DOES = {
    "warranty": ("保修将到期", "保修到期，请安排续保或更换。"),
    "expires": ("将到期", "到期，请安排续期或更换。"),
    "battery": ("电池将满四年", "电池投用满四年，请安排检测与更换。"),
    "support": ("厂商支持将终止", "起厂商不再提供安全补丁，请安排升级或替换。"),
}


def remind_expiring(at: datetime) -> int:
    """Send the reminders whose step has come: 90, 60, 30 and 7 days before.  A late worker sends only the nearest.

    Warranties, licences, certificates and domains, batteries that reach their age, ends of vendor support.
    """
    today = clock.local(at).date()
    horizon = today + timedelta(days=STEPS[0])
    wanted: list[tuple[int, str, date, int]] = []
    rows = Asset.objects.exclude(state="retired").only(
        "name", "model", "warranty_until", "expires_on", "fields"
    )
    for asset in rows.iterator(2000):
        for key, _, on in ends_of(asset):
            if today <= on <= horizon:
                step = min(days for days in STEPS if (on - today).days <= days)
                wanted.append((asset.pk, key, on, step))
    sent = set(Reminder.objects.filter(on__gte=today).values_list("asset_id", "what", "on", "days"))
    told = 0
    for pk, key, on, step in wanted:
        if (pk, key, on, step) in sent:
            continue
        _, made = Reminder.objects.get_or_create(
            asset_id=pk, what=key, on=on, days=step, defaults={"sent_at": at}
        )
        if made:
            told += 1
            _tell(Asset.objects.select_related("contract").get(pk=pk), key, on, (on - today).days, at)
    return told


def _tell(asset: Asset, key: str, on: date, left: int, at: datetime) -> None:
    title, body = _DOES[key]
    notify(
        users=people(asset.contract_id, access.MANAGER),
        title=f"{asset}{title}：还有{left}天",
        body=f"{on:%Y-%m-%d}{body}",
        url=reverse("assets:asset", args=[asset.contract.slug, asset.code]),
        contract_slug=asset.contract.slug,
        dedupe=f"asset:{asset.pk}:{key}:{on}:{left}",
        at=at,
    )
