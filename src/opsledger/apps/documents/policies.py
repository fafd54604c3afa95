"""Who may read which papers."""

from __future__ import annotations

from opsledger.kernel import access

# Reports and the register are for everybody who sees the whole contract; a service unit sees its tickets' papers.
READERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)
SCORE_READERS = (access.BUYER, access.MANAGER, access.SUPERVISOR, access.AUDITOR)
# Who may take evidence out of the house in bulk; each time is an entry in the ledger.
PACKERS = (access.BUYER, access.SUPERVISOR, access.AUDITOR)
