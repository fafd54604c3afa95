"""Scoring: a contract's scheme as data, and its evaluation as a pure function with a trace.

Read a scheme with `parse_scheme`, then `assess` one period (with every other reading of what the
contract leaves open), `assess_term` for all periods, or `forecast` the rest of the term.
"""

from opsledger.core.scoring.choices import EffectKind, Unfilled
from opsledger.core.scoring.evaluate import assess, band_for, evaluate
from opsledger.core.scoring.facts import (
    FACT_KINDS,
    Exclusion,
    Fact,
    Mark,
    Money,
    Objection,
    Period,
    as_if_upheld,
)
from opsledger.core.scoring.forecast import Forecast, NextStep, forecast
from opsledger.core.scoring.lint import Hole, find_holes
from opsledger.core.scoring.readings import (
    OtherReading,
    Settings,
    chosen_readings,
    other_readings,
    parse_scheme,
    with_readings,
)
from opsledger.core.scoring.results import (
    Alternative,
    Assessment,
    CategoryResult,
    Evaluation,
    FactLine,
    FactState,
    MoneyResult,
    RowResult,
    TraceStep,
    VetoResult,
)
from opsledger.core.scoring.rollup import SeriesHit, TermAssessment, assess_term
from opsledger.core.scoring.scheme import Band, Category, Indicator, OpenPoint, Reading, Scheme

__all__ = [
    "FACT_KINDS",
    "Alternative",
    "Assessment",
    "Band",
    "Category",
    "CategoryResult",
    "EffectKind",
    "Evaluation",
    "Exclusion",
    "Fact",
    "FactLine",
    "FactState",
    "Forecast",
    "Hole",
    "Indicator",
    "Mark",
    "Money",
    "MoneyResult",
    "NextStep",
    "Objection",
    "OpenPoint",
    "OtherReading",
    "Period",
    "Reading",
    "RowResult",
    "Scheme",
    "SeriesHit",
    "Settings",
    "TermAssessment",
    "TraceStep",
    "Unfilled",
    "VetoResult",
    "as_if_upheld",
    "assess",
    "assess_term",
    "band_for",
    "chosen_readings",
    "evaluate",
    "find_holes",
    "forecast",
    "other_readings",
    "parse_scheme",
    "with_readings",
]
