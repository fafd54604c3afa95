"""Availability of a service over a period: one state per second, exact figures, a verdict that stands.

Everything is a pure function of observations, service hours and approved exclusions; nothing is accumulated,
so a figure can be recomputed at any time and be the same.  Flapping, dependencies between services and
notices never come in here: they steer alerts and tickets, not figures.
"""

from __future__ import annotations

from opsledger.core.availability.figures import VERDICT_WORDS as VERDICT_WORDS
from opsledger.core.availability.figures import VERSION as VERSION
from opsledger.core.availability.figures import Figures as Figures
from opsledger.core.availability.figures import Outage as Outage
from opsledger.core.availability.figures import Ratio as Ratio
from opsledger.core.availability.figures import Reliability as Reliability
from opsledger.core.availability.figures import Verdict as Verdict
from opsledger.core.availability.figures import allowed_down_seconds as allowed_down_seconds
from opsledger.core.availability.figures import figures_of as figures_of
from opsledger.core.availability.figures import meets as meets
from opsledger.core.availability.figures import outages_of as outages_of
from opsledger.core.availability.figures import reliability as reliability
from opsledger.core.availability.figures import truncated_percent as truncated_percent
from opsledger.core.availability.figures import verdict as verdict
from opsledger.core.availability.intervals import Interval as Interval
from opsledger.core.availability.intervals import between as between
from opsledger.core.availability.intervals import intersect as intersect
from opsledger.core.availability.intervals import moment_of as moment_of
from opsledger.core.availability.intervals import second_of as second_of
from opsledger.core.availability.intervals import subtract as subtract
from opsledger.core.availability.intervals import total as total
from opsledger.core.availability.intervals import union as union
from opsledger.core.availability.maintenance import Maintenance as Maintenance
from opsledger.core.availability.maintenance import Window as Window
from opsledger.core.availability.maintenance import maintenance as maintenance
from opsledger.core.availability.maintenance import natural_months as natural_months
from opsledger.core.availability.observations import Check as Check
from opsledger.core.availability.observations import Observation as Observation
from opsledger.core.availability.observations import states_of as states_of
from opsledger.core.availability.observations import without_steps_back as without_steps_back
from opsledger.core.availability.states import EXCLUSION_KINDS as EXCLUSION_KINDS
from opsledger.core.availability.states import STATE_WORDS as STATE_WORDS
from opsledger.core.availability.states import Exclusion as Exclusion
from opsledger.core.availability.states import Segment as Segment
from opsledger.core.availability.states import State as State
from opsledger.core.availability.states import timeline as timeline
from opsledger.core.availability.voting import Aggregate as Aggregate
from opsledger.core.availability.voting import Vote as Vote
from opsledger.core.availability.voting import Voter as Voter
from opsledger.core.availability.voting import aggregate as aggregate
from opsledger.core.availability.voting import together as together
from opsledger.core.availability.voting import vote as vote
