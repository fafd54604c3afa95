"""The small facts that terms are made of: anchors, evidence rules and open points."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from opsledger.core.terms.vocabulary import AnchorEvent, Side, TimeUnit


@dataclass(frozen=True, slots=True)
class Anchor:
    """A due window tied to an event: `side` of `event`, at most `value` `unit` away.

    With `value` None the text names the event and no distance.  Example: within one week after the award is
    ``Anchor(AnchorEvent.AWARD, Side.AFTER, Decimal(1), TimeUnit.WEEK)``.
    """

    event: AnchorEvent
    side: Side = Side.AFTER
    value: Decimal | None = None
    unit: TimeUnit | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves that an obligation was fulfilled.

    `photos` and `files` are least counts; `numbers` names the values to be written down.
    `supervisor_verifies`: a supervisor's check closes it; `unit_signs`: the service unit signs it.
    """

    note: bool = True
    photos: int = 0
    files: int = 0
    numbers: tuple[str, ...] = ()
    supervisor_verifies: bool = False
    unit_signs: bool = False


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something the text leaves open or contradicts: `what` it is and the `default` taken until settled.

    `readings` are the possible meanings, if they can be told apart.
    """

    what: str
    default: str
    readings: tuple[str, ...] = ()
