"""The demonstration: a real contract, made-up people, and its year played through the services.

Everything here goes through the same services as the screens, with the clock held at the moment of each act;
nothing is written past them.  Only `opsledger demo` and the tests come here.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

PACK = "anyang-2026"
PASSWORD = "Demo-2026"
SEED = 20261120
# The moment at which the demonstration begins to run.
MOMENT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
