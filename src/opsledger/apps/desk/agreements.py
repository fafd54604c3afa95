"""What the contract says about clocks beyond its terms: settings with defaults, and the clocks themselves.

Keys of ``contract.settings["desk"]``, all optional: ``pause_reasons`` (which reasons stop a clock),
``pause_metrics`` (which timers they stop), ``pause_approval`` (reasons that need an approver),
``retarget`` (creation, change, better), ``at_once_minutes`` (what 立即 means), ``late_entry_minutes``
(a time entered later than this needs the unit's confirmation), ``confirm_after_workdays`` (then the worker
confirms), ``lines`` (the lines of support), ``replace_count`` in ``replace_days`` (failures after which a device
is to be replaced), ``repeat_count`` in ``repeat_days`` (more of the same fault than this is a breach of target),
``confirm_sample_percent`` (closed tickets called back), ``chat_secret`` (with which a chat robot signs),
``consent_acts`` (acts that need the buyer's consent beyond the clauses), ``emergency_acts`` (acts that may go before
their consent in an emergency), ``open_codes`` (whether codes may let people report without signing in), ``mail_address`` (the contract's own),
``away_note`` until ``away_until`` (told on the
report form), ``auto_dispatch`` (to whom the system gives a new report: "", "owner", "duty", "least"),
``teams`` (people of each line), ``ratify_workdays`` (within which that consent must follow),
``report_rank`` and ``report_workdays`` (an analysis of
faults of this level or worse is expected within so many working days where no clause says when; 0: none).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from opsledger.apps.contracts.models import Contract
from opsledger.core.calendars import ServiceWindow, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.sla import Retarget
from opsledger.core.tickets import SUSPENSION_REASONS

OFFICE = "office"
# A third party and spare parts are the provider's own risk unless the contract says otherwise.
DEFAULT_PAUSES = ("customer", "agreed", "approval", "force_majeure")
# Nobody can be hindered from answering the telephone: respond pauses only where the contract says so.
DEFAULT_PAUSED_METRICS = ("arrive", "diagnose", "mitigate", "resolve", "report", "spare", "answer")


# By what a new report is dispatched without anybody's hand; "" is by hand.
DISPATCH_RULES = {
    "": "不自动派单，由项目经理派单",
    "owner": "系统负责人",
    "duty": "值班人员",
    "least": "第一线在办最少的人",
}
FIRST_LINE = "1"

_COUNTS = (
    "at_once_minutes",
    "late_entry_minutes",
    "confirm_after_workdays",
    "replace_count",
    "replace_days",
    "repeat_count",
    "repeat_days",
    "confirm_sample_percent",
    "ratify_workdays",
    "report_rank",
    "report_workdays",
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The desk's settings of one contract."""

    pause_reasons: tuple[str, ...] = DEFAULT_PAUSES
    pause_metrics: tuple[str, ...] = DEFAULT_PAUSED_METRICS
    pause_approval: tuple[str, ...] = ()
    retarget: Retarget = Retarget.CREATION
    at_once_minutes: int = 15
    late_entry_minutes: int = 10
    confirm_after_workdays: int = 5
    lines: tuple[str, ...] = ("一线", "二线", "开发商", "原厂商")
    replace_count: int = 3
    replace_days: int = 30
    repeat_count: int = 2
    repeat_days: int = 183
    confirm_sample_percent: int = 10
    chat_secret: str = ""
    # Acts that need the buyer's consent though no clause says so, and those that an emergency may put before it.
    consent_acts: tuple[str, ...] = ()
    emergency_acts: tuple[str, ...] = ()
    ratify_workdays: int = 2
    open_codes: bool = True
    mail_address: str = ""
    auto_dispatch: str = ""
    away_note: str = ""
    away_until: str = ""
    # The people of each line of support, by the line's number ("1").
    teams: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    report_rank: int = 1
    report_workdays: int = 3

    @property
    def reasons(self) -> dict[str, str]:
        """The reasons that the contract allows, with their words."""
        return {key: word for key, word in SUSPENSION_REASONS.items() if key in self.pause_reasons}


def agreement_of(contract: Contract) -> Agreement:
    """The settings of a contract, its defaults filled in; unknown keys are ignored."""
    given: Mapping[str, Any] = contract.settings.get("desk", {}) if contract.settings else {}
    plain = Agreement()
    return Agreement(
        pause_reasons=tuple(given.get("pause_reasons", plain.pause_reasons)),
        pause_metrics=tuple(given.get("pause_metrics", plain.pause_metrics)),
        pause_approval=tuple(given.get("pause_approval", plain.pause_approval)),
        retarget=Retarget(given.get("retarget", plain.retarget)),
        chat_secret=str(given.get("chat_secret", "")),
        lines=tuple(given.get("lines", plain.lines)),
        consent_acts=tuple(given.get("consent_acts", ())),
        emergency_acts=tuple(given.get("emergency_acts", ())),
        open_codes=bool(given.get("open_codes", True)),
        mail_address=str(given.get("mail_address", "")),
        auto_dispatch=str(given.get("auto_dispatch", "")),
        away_note=str(given.get("away_note", "")),
        away_until=str(given.get("away_until", "")),
        teams={str(key): tuple(ids) for key, ids in given.get("teams", {}).items()},
        **{name: int(given.get(name, getattr(plain, name))) for name in _COUNTS},
    )


def away_of(contract: Contract, today: date) -> str:
    """What is told to those who report for as long as it holds; "" if nothing."""
    agreed = agreement_of(contract)
    return agreed.away_note if not agreed.away_until or today.isoformat() <= agreed.away_until else ""


def clocks_of(contract: Contract) -> dict[str, ServiceClock]:
    """The service clocks of a contract by window id, and its office hours under ``office``."""
    zone = contract.time_zone
    hours = {window_id: said.get("hours", window_id) for window_id, said in contract.windows.items()}
    hours.setdefault(contract.default_window, contract.default_window)
    hours[OFFICE] = (contract.office_hours or {}).get("default") or "周一至周五 8:30-12:00,14:30-18:00"
    names = {window_id: said.get("name", "") for window_id, said in contract.windows.items()}
    return {key: _clock(str(text), names.get(key, ""), zone) for key, text in hours.items()}


@lru_cache(maxsize=256)
def _clock(hours: str, name: str, zone: str) -> ServiceClock:
    return ServiceClock(WorkingCalendar.china(), _window(hours), zone)


def _window(hours: str) -> ServiceWindow:
    return parse_window(hours)
