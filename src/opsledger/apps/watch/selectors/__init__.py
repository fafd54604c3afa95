"""Reading what was seen, what was put on record, and the figures that follow."""

from opsledger.apps.watch.selectors.figures import (
    ItemAvailability,
    Promise,
    Records,
    availability,
    availability_rows,
    month_bounds,
    promises,
    records,
    worst_availability,
)
from opsledger.apps.watch.selectors.rows import exclusion_for, exclusions_for, outage_for, outages_for

__all__ = [
    "ItemAvailability",
    "Promise",
    "Records",
    "availability",
    "availability_rows",
    "exclusion_for",
    "exclusions_for",
    "month_bounds",
    "outage_for",
    "outages_for",
    "promises",
    "records",
    "worst_availability",
]
