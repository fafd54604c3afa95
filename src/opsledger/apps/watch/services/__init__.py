"""Use cases of this room."""

from opsledger.apps.watch.services.downtime import Downtime, drop_downtime, keep_downtime
from opsledger.apps.watch.services.exclusions import approve_exclusion, reject_exclusion, request_exclusion
from opsledger.apps.watch.services.outages import (
    Span,
    correct_outage,
    create_target,
    end_outage,
    record_outage,
    record_spans,
    refile_outage,
)
from opsledger.apps.watch.services.readings import MAX_READINGS, ReadingsTaken, record_readings

__all__ = [
    "MAX_READINGS",
    "Downtime",
    "ReadingsTaken",
    "Span",
    "approve_exclusion",
    "correct_outage",
    "create_target",
    "drop_downtime",
    "end_outage",
    "keep_downtime",
    "record_outage",
    "record_readings",
    "record_spans",
    "refile_outage",
    "reject_exclusion",
    "request_exclusion",
]
