"""How long the calendar of work and the forecast take over a planned year (planning itself: duties_bench.py).

    python bench/calendar_bench.py [--items 300]

Each item has a monthly round; a third of them a quarterly scan as well.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
os.environ.setdefault("OPSLEDGER_DATA_DIR", tempfile.mkdtemp(prefix="opsledger-bench-"))
os.environ.setdefault("OPSLEDGER_SECRET_KEY", "bench-only")
os.environ.setdefault("OPSLEDGER_LOG_LEVEL", "ERROR")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsledger.site.settings")

import django

django.setup()

from desk_fill import AT, world  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from opsledger.apps.accounts.models import Membership, User  # noqa: E402
from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem, Term  # noqa: E402
from opsledger.apps.duties import services  # noqa: E402
from opsledger.kernel import clock  # noqa: E402
from opsledger.kernel.access import SYSTEM  # noqa: E402

YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the wall and the computing seconds of a block."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(
        f"{what:<44} {time.perf_counter() - wall:7.2f} s   cpu {time.process_time() - cpu:7.2f} s", flush=True
    )


def contract_of(items: int, slug: str, like: Contract) -> Contract:
    """A contract of so many items with a monthly round each, and a quarterly scan on every third."""
    contract = Contract.objects.create(
        slug=slug, name=slug, buyer=like.buyer, provider=like.provider, created_at=AT, **YEAR
    )
    rows = ServiceItem.objects.bulk_create(
        ServiceItem(contract=contract, no=f"{n:04d}", position=n, name=f"系统{n}", **YEAR)
        for n in range(items)
    )
    said = [(row, "inspection", "month") for row in rows]
    said += [(row, "vuln_scan", "quarter") for row in rows[::3]]
    terms = Term.objects.bulk_create(
        Term(
            contract=contract, item=row, key=f"{row.no}.{activity}", kind="duty", summary=activity,
            data={"key": f"{row.no}.{activity}", "activity": activity, "count": 1, "period": period, "every": 1},
        )
        for row, activity, period in said
    )  # fmt: skip
    Obligation.objects.bulk_create(
        Obligation(
            contract=contract, item=row, term=term, kind="duty", activity=activity, title=activity, status="active", **YEAR
        )
        for (row, activity, _), term in zip(said, terms, strict=True)
    )  # fmt: skip
    return contract


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=300)
    items = parser.parse_args().items
    call_command("migrate", verbosity=0)
    like = Contract.objects.first() or world()
    small = contract_of(items, "small", like)
    services.plan_contract(actor=SYSTEM, contract=small)
    user = User.objects.filter(memberships__role="manager").first()
    Membership.objects.create(user=user, contract=small, role="manager")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with clock.pinned(AT.replace(year=2026)):
        paths = (
            "calendar/?on=2026-06-01",
            "calendar/?by=week&on=2026-06-30",
            "calendar/?by=team&on=2026-06-30",
        )
        for path in (*paths, "workload/", "workload/?span=term"):
            client.get(f"/c/small/{path}")  # templates are read once
            with timed(f"page {path} "):
                assert client.get(f"/c/small/{path}").status_code == 200


if __name__ == "__main__":
    main()
