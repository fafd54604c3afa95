"""The vocabulary of binding terms: typed, frozen, serialisable, each with a line of Chinese.

Source: the interchange form of the reader and section 5 of the design.
"""

from __future__ import annotations

from opsledger.core.terms.checks import FieldProblem, check
from opsledger.core.terms.describe import describe
from opsledger.core.terms.facts import Anchor, Evidence, OpenPoint
from opsledger.core.terms.kinds import (
    ALL_ITEMS,
    TERM_CLASSES,
    ApprovalTerm,
    DeliverableTerm,
    DutyTerm,
    KpiTerm,
    LicenceTerm,
    QuotaTerm,
    RetentionTerm,
    SlaTerm,
    StaffingTerm,
    Term,
)
from opsledger.core.terms.serial import field_names, from_dict, problems, to_dict
from opsledger.core.terms.vocabulary import (
    Act,
    Activity,
    AnchorEvent,
    Cadence,
    Channel,
    Consent,
    KpiMetric,
    KpiUnit,
    LimitClock,
    MeasureWindow,
    Mode,
    Op,
    Owner,
    Party,
    Period,
    Side,
    SlaMetric,
    TermKind,
    TicketKind,
    TimeUnit,
    Word,
)

__all__ = [
    "ALL_ITEMS",
    "TERM_CLASSES",
    "Act",
    "Activity",
    "Anchor",
    "AnchorEvent",
    "ApprovalTerm",
    "Cadence",
    "Channel",
    "Consent",
    "DeliverableTerm",
    "DutyTerm",
    "Evidence",
    "FieldProblem",
    "KpiMetric",
    "KpiTerm",
    "KpiUnit",
    "LicenceTerm",
    "LimitClock",
    "MeasureWindow",
    "Mode",
    "Op",
    "OpenPoint",
    "Owner",
    "Party",
    "Period",
    "QuotaTerm",
    "RetentionTerm",
    "Side",
    "SlaMetric",
    "SlaTerm",
    "StaffingTerm",
    "Term",
    "TermKind",
    "TicketKind",
    "TimeUnit",
    "Word",
    "check",
    "describe",
    "field_names",
    "from_dict",
    "problems",
    "to_dict",
]
