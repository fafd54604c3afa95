"""Who may read who is on a contract."""

from __future__ import annotations

from opsledger.kernel import access

PEOPLE_READERS = (access.BUYER, access.MANAGER, access.SUPERVISOR, access.AUDITOR)
