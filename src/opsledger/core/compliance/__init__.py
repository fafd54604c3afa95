"""Compliance: what became of each obligation in each month, the SLA rate, and the facts for scoring.

Everything here is derived from states at a moment `at`; nothing is stored, so that the matrix, the score and
the home page can never disagree.  Months are those of the due moment in the contract's time zone.
"""

from opsledger.core.compliance.breaches import occurrence_facts, timer_facts
from opsledger.core.compliance.matrix import Cell, Matrix, SlaRate, matrix, percent_of, sla_rate
from opsledger.core.compliance.outcomes import (
    STANDING_WORDS,
    WORST_FIRST,
    Duty,
    Month,
    OccurrenceOutcome,
    Source,
    Standing,
    TimerOutcome,
    month_of,
    occurrence_standing,
    timer_outcome,
    timer_standing,
)

__all__ = [
    "STANDING_WORDS",
    "WORST_FIRST",
    "Cell",
    "Duty",
    "Matrix",
    "Month",
    "OccurrenceOutcome",
    "SlaRate",
    "Source",
    "Standing",
    "TimerOutcome",
    "matrix",
    "month_of",
    "occurrence_facts",
    "occurrence_standing",
    "percent_of",
    "sla_rate",
    "timer_facts",
    "timer_outcome",
    "timer_standing",
]
