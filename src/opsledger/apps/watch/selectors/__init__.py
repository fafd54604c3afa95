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
from opsledger.apps.watch.selectors.latest import Seen, latest_of_assets, latest_of_items
from opsledger.apps.watch.selectors.rows import exclusion_for, exclusions_for, outage_for, outages_for

__all__ = [
    "ItemAvailability",
    "Promise",
    "Records",
    "Seen",
    "availability",
    "availability_rows",
    "exclusion_for",
    "exclusions_for",
    "latest_of_assets",
    "latest_of_items",
    "month_bounds",
    "outage_for",
    "outages_for",
    "promises",
    "records",
    "worst_availability",
]
