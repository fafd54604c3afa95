"""How fast a contract is planned, and its matrix drawn.

    python bench/duties_bench.py [--items 1000] [--matrix-items 300] [--rounds 10]

Plans items of four duties each (monthly, weekly, four a year, every working day for one item in ten) over one year on
the database that OPSLEDGER_DATABASE_URL names (a SQLite file under a scratch directory by default), then draws the
matrix of items × 12 months through the whole stack of middleware.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
os.environ.setdefault("OPSLEDGER_DATA_DIR", tempfile.mkdtemp(prefix="opsledger-bench-"))
os.environ.setdefault("OPSLEDGER_SECRET_KEY", "bench-only")
os.environ.setdefault("OPSLEDGER_LOG_LEVEL", "ERROR")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsledger.site.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from opsledger.apps.accounts.models import Membership, Organisation, User  # noqa: E402
from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem, Term  # noqa: E402
from opsledger.apps.duties import selectors, services  # noqa: E402
from opsledger.apps.duties.models import Occurrence  # noqa: E402
from opsledger.kernel import clock  # noqa: E402
from opsledger.kernel.access import SYSTEM  # noqa: E402

AT = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
MIXES = {
    # What one obligation an item costs, and what a contract such as Anyang's (some 17 windows an item) costs.
    "monthly": [("month", 1, 1)],
    "mixed": [("month", 1, 1), ("quarter", 1, 1), ("half_year", 1, 1)],
}


def contract(slug: str, items: int, mix: str) -> Contract:
    bureau, _ = Organisation.objects.get_or_create(name="基准市数据局", kind="buyer")
    provider, _ = Organisation.objects.get_or_create(name="基准运维公司", kind="provider")
    made = Contract.objects.create(
        slug=slug, name=f"基准合同{slug}", buyer=bureau, provider=provider, starts_on=FIRST, ends_on=LAST, created_at=AT,
        windows={"7x24": {"name": "7×24", "hours": "7x24"}},
    )  # fmt: skip
    rows = [
        ServiceItem(
            contract=made, no=f"{n:04d}", position=n, name=f"基准系统{n}", starts_on=FIRST, ends_on=LAST
        )
        for n in range(items)
    ]
    ServiceItem.objects.bulk_create(rows, batch_size=500)
    terms = [
        Term(
            contract=made, item=item, key=f"{item.no}.{place}", kind="duty", clause="2.4 表", summary=f"巡检{place}",
            data={"key": f"{item.no}.{place}", "activity": "inspection", "count": count, "period": period, "every": every},
        )
        for item in rows
        for place, (period, count, every) in enumerate(MIXES[mix])
    ]  # fmt: skip
    Term.objects.bulk_create(terms, batch_size=500)
    Obligation.objects.bulk_create(
        [
            Obligation(contract=made, item=term.item, term=term, kind="duty", activity="inspection",
                       title=term.summary, starts_on=FIRST, ends_on=LAST, status=Obligation.Status.ACTIVE)
            for term in terms
        ],
        batch_size=500,
    )  # fmt: skip
    return made


def timed(do: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of this process's own computing."""
    begun, worked = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - begun, time.process_time() - worked


def planning(items: int, rounds: int, mix: str) -> list[dict[str, object]]:
    first, again = [], []
    made = contract(f"plan-{mix}", items, mix)
    for _ in range(rounds):
        Occurrence.objects.filter(contract=made).delete()
        first.append(timed(lambda: services.plan_contract(actor=SYSTEM, contract=made)))
        again.append(timed(lambda: services.plan_contract(actor=SYSTEM, contract=made)))
    count = Occurrence.objects.filter(contract=made).count()
    Occurrence.objects.filter(contract=made).delete()
    return [
        row(f"plan {items} items × 1 year, {mix}: {count} windows", first),
        row(f"plan it again, {mix}: nothing changes", again),
    ]


def matrix(items: int, rounds: int) -> list[dict[str, object]]:
    made = contract("matrix", items, "mixed")
    services.plan_contract(actor=SYSTEM, contract=made)
    user = User.objects.create(username="bench", full_name="基准采购人", organisation=made.buyer)
    Membership.objects.create(user=user, contract=made, role="buyer", organisation=made.buyer)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    rows = list(ServiceItem.objects.filter(contract=made).order_by("position"))

    def whole() -> None:
        assert client.get("/c/matrix/matrix/").status_code == 200

    whole()
    cells = [timed(lambda: selectors.compliance_grid(made, rows, {}, at=AT)) for _ in range(rounds)]
    pages = [timed(whole) for _ in range(rounds)]
    count = Occurrence.objects.filter(contract=made).count()
    return [
        row(f"matrix of {items} items × 12 months ({count} tasks): the figures", cells),
        row(f"matrix of {items} items × 12 months: the page", pages),
    ]


def row(what: str, spent: list[tuple[float, float]]) -> dict[str, object]:
    walls = sorted(one[0] for one in spent)
    return {
        "what": what,
        "median_ms": round(statistics.median(walls) * 1000),
        "worst_ms": round(walls[-1] * 1000),
        "cpu_ms": round(statistics.median(one[1] for one in spent) * 1000),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--matrix-items", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Contract.objects.exists():
        print("the database is not empty: name another one", file=sys.stderr)
        return 2
    with clock.pinned(AT):
        rows = [
            *planning(args.items, args.rounds, "monthly"),
            *planning(args.items, args.rounds, "mixed"),
            *matrix(args.matrix_items, args.rounds),
        ]
    if args.json:
        print(json.dumps({"engine": connection.vendor, "rows": rows}, ensure_ascii=False))
        return 0
    print(connection.vendor)
    for one in rows:
        print(
            f"{one['median_ms']:>7} ms median {one['worst_ms']:>7} ms worst {one['cpu_ms']:>7} ms cpu  {one['what']}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
