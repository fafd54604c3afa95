"""Words and tones in which occurrences are shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from opsledger.apps.assets import types as asset_types
from opsledger.apps.duties.checklists.model import SYSTEMS
from opsledger.apps.duties.models import Occurrence
from opsledger.core.occurrences import OUTCOMES, STATES, outcome
from opsledger.core.terms import Activity

# Standing -> (tone of the badge, css class of a matrix cell).
TONES = {
    "missed": ("late", "missed"),
    "late": ("soon", "late"),
    "gap": ("gap", "gap"),
    "due": ("waiting", "due"),
    "upcoming": ("idle", "none"),
    "fulfilled": ("ok", "ok"),
    "waived": ("paused", "none"),
    "cancelled": ("paused", "none"),
    "empty": ("idle", "none"),
}
STANDING_WORDS = {**OUTCOMES, "gap": "缺口", "empty": "无"}
ACTIVITIES = [(str(word), word.label) for word in Activity]
KINDS = [("duty", "例行义务"), ("deliverable", "交付物"), ("licence", "授权许可")]
STATE_CHOICES = [(key, word) for key, word in STATES.items()]


def standing(row: Occurrence, at: datetime) -> str:
    """What became of an occurrence at `at`, in the keys of core.occurrences."""
    return outcome(
        row.state, begins_at=row.begins_at, due_at=row.due_at, submitted_at=row.submitted_at, at=at
    )


def badge_of(row: Occurrence, at: datetime) -> tuple[str, str]:
    """Tone and word of the badge: what is close to its due moment stands out before it is late."""
    found = standing(row, at)
    if found == "due" and row.due_at - at <= timedelta(hours=24):
        return "soon", "即将到期"
    if found == "due" and row.state == "returned":
        return "soon", "已退回"
    return TONES[found][0], STANDING_WORDS[found]


def activity_word(activity: str) -> str:
    """The Chinese word of an activity, "" if there is none."""
    return dict(ACTIVITIES).get(activity, "")


def devices() -> list[tuple[str, str]]:
    """What a checklist can go over, by key with its word: everything, the systems, classes and types of assets."""
    found = {"*": "全部设备", SYSTEMS: "各系统（服务项）"}
    found |= {key: f"{word}类" for key, word in asset_types.classes().items()}
    for key, kind in asset_types.types().items():
        found.setdefault(key, kind.name)
    return list(found.items())


def device_key(word: str) -> str | None:
    """The key of a class or type by its word or key; None for none."""
    for key, known in devices():
        if word in (key, known, known.removesuffix("类")):
            return key
    return None
