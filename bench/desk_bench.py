"""How fast the desk is: create through the API, list the open ones of a role, open one with 50 entries, search.

    python bench/desk_bench.py --tickets 10000 [--rounds 200]

It uses the database that OPSLEDGER_DATABASE_URL names (a SQLite file under a scratch directory by default), fills
it with tickets in bulk (a closed past and a few hundred open ones, as a year leaves behind), then measures in one
process, through the whole stack of middleware, one call after another.
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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

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
from django.test.utils import CaptureQueriesContext  # noqa: E402

from opsledger.apps.accounts.models import Membership, Organisation, User  # noqa: E402
from opsledger.apps.accounts.services import issue_token  # noqa: E402
from opsledger.apps.contracts.models import Contract, ServiceItem, SeverityLevel, Term  # noqa: E402
from opsledger.apps.desk.models import Ticket, TicketEvent, TicketNumber, Timer  # noqa: E402
from opsledger.apps.desk.search_index import tokens  # noqa: E402
from opsledger.core.terms import SlaMetric, SlaTerm, TimeUnit, describe, to_dict  # noqa: E402
from opsledger.kernel import clock  # noqa: E402
from opsledger.kernel.access import SYSTEM  # noqa: E402

AT = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
OPEN = 300
WORDS = [
    "登录",
    "白屏",
    "检索",
    "结果",
    "为空",
    "报表",
    "导出",
    "失败",
    "服务器",
    "告警",
    "扫描仪",
    "卡顿",
    "附件",
    "打不开",
    "短信",
    "验证码",
    "数据库",
    "连接",
    "超时",
    "打印机",
]
BATCH = 5000


def world() -> Contract:
    """A contract of 14 units and 30 items with four limits each."""
    bureau = Organisation.objects.create(name="基准市数据局", kind="buyer")
    provider = Organisation.objects.create(name="基准运维公司", kind="provider")
    contract = Contract.objects.create(
        slug="bench",
        name="基准合同",
        buyer=bureau,
        provider=provider,
        starts_on=date(2020, 1, 1),
        ends_on=date(2026, 12, 31),
        created_at=AT,
        windows={"7x24": {"name": "7×24", "hours": "7x24"}},
    )
    for rank, word in enumerate(["严重故障", "一般故障"], 1):
        SeverityLevel.objects.create(contract=contract, set_id="core", word=word, rank=rank)
    units = [Organisation.objects.create(name=f"基准单位{n}", kind="unit") for n in range(14)]
    for number in range(30):
        item = ServiceItem.objects.create(
            contract=contract,
            no=f"{number + 1:02d}",
            position=number,
            name=f"基准系统{number + 1}",
            unit=units[number % 14],
            severity_sets=["core"],
            starts_on=contract.starts_on,
            ends_on=contract.ends_on,
        )
        limits = [(SlaMetric.RESPOND, 15, TimeUnit.MINUTE), (SlaMetric.ARRIVE, 1, TimeUnit.HOUR)]
        for metric, value, unit in [*limits, (SlaMetric.RESOLVE, 8, TimeUnit.HOUR)]:
            term = SlaTerm(
                key=f"{item.no}.{metric}", item=item.no, metric=metric, value=_dec(value), unit=unit
            )
            Term.objects.create(
                contract=contract,
                item=item,
                key=term.key,
                kind="sla",
                data=to_dict(term),
                summary=describe(term),
            )
    for name, role, body in [("manager", "manager", provider), ("engineer", "engineer", provider)]:
        user = User.objects.create(username=name, full_name=f"基准{name}", organisation=body)
        Membership.objects.create(user=user, contract=contract, role=role, organisation=body)
    user = User.objects.create(username="unit", full_name="基准unit", organisation=units[0])
    Membership.objects.create(user=user, contract=contract, role="unit", organisation=units[0])
    return contract


def _dec(value: int) -> object:
    from decimal import Decimal

    return Decimal(value)


def fill(contract: Contract, number: int) -> None:
    """`number` tickets, all but a few hundred closed, each with a report, two acts and two timers."""
    rnd = Random(7)
    items = list(ServiceItem.objects.filter(contract=contract))
    engineer = User.objects.get(username="engineer")
    terms = {(term.item_id, term.data["metric"]): term for term in Term.objects.filter(contract=contract)}
    step = timedelta(days=2000) / max(number, 1)
    for first in range(0, number, BATCH):
        rows = []
        for n in range(first, min(first + BATCH, number)):
            item, closed = rnd.choice(items), n < number - OPEN
            at = AT - timedelta(days=2000) + step * n
            rows.append(
                Ticket(
                    contract=contract,
                    number=f"{at.year}-{n + 1:07d}",
                    item=item,
                    unit_id=item.unit_id,
                    severity="一般故障",
                    title="".join(rnd.sample(WORDS, 3)),
                    description="".join(rnd.sample(WORDS, 6)),
                    state="closed" if closed else "working",
                    over=closed,
                    assignee=engineer,
                    reported_at=at,
                    updated_at=at,
                    due_at=None if closed else AT + timedelta(hours=rnd.randint(1, 99)),
                    due_metric="" if closed else "resolve",
                )
            )
        made = Ticket.objects.bulk_create(rows, batch_size=1000)
        events, timers = [], []
        for row in made:
            data = {"item": str(row.item_id), "severity": row.severity}
            events += [
                TicketEvent(ticket=row, kind=kind, action=action, happened_at=row.reported_at,
                            recorded_at=row.reported_at, actor_name="基准", data=data if kind == "reported" else {})
                for kind, action in [("reported", "report"), ("accepted", "accept"), ("resolved", "resolve")]
            ]  # fmt: skip
            timers += [
                Timer(ticket=row, metric=metric, term=terms[row.item_id, metric], state="met" if row.over else "running",
                      started_at=row.reported_at, due_at=row.reported_at + timedelta(hours=8), limit_text="8小时")
                for metric in ("respond", "resolve")
            ]  # fmt: skip
        TicketEvent.objects.bulk_create(events, batch_size=2000)
        Timer.objects.bulk_create(timers, batch_size=2000)
        _index(made)
    TicketNumber.objects.create(contract=contract, last=number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _index(rows: list[Ticket]) -> None:
    told = [(row.pk, " ".join(tokens(f"{row.number}\n{row.title}\n{row.description}"))) for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "INSERT INTO desk_search (ticket_id, tokens) VALUES (%s, to_tsvector('simple', %s))"
        else:
            sql = "INSERT INTO desk_search (rowid, tokens) VALUES (%s, %s)"
        cursor.executemany(sql, told)


def measure(name: str, rounds: int, do: Callable[[int], object]) -> dict[str, object]:
    """Median and 95th percentile in milliseconds, and the queries of one call."""
    for n in range(5):
        do(n)
    spent, busy = [], []
    for n in range(rounds):
        begun, worked = time.perf_counter(), time.process_time()
        do(n + 5)
        spent.append((time.perf_counter() - begun) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    with CaptureQueriesContext(connection) as caught:
        do(rounds + 5)
    spent.sort()
    return {
        "what": name,
        "median_ms": round(statistics.median(spent), 1),
        "p95_ms": round(spent[int(len(spent) * 0.95) - 1], 1),
        # What this process itself computed: comparable between machines that are busy with other work.
        "cpu_ms": round(statistics.median(busy), 1),
        "queries": len(caught),
    }


def run(number: int, rounds: int) -> list[dict[str, object]]:
    contract = world()
    begun = time.perf_counter()
    fill(contract, number)
    print(f"{number} tickets filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    manager = User.objects.get(username="manager")
    _, secret = issue_token(actor=SYSTEM, user=manager, name="bench", scopes=["*"], expires_at=None)
    told = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    client, browser, unit = Client(), Client(), Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    browser.force_login(manager, backend=backend)
    unit.force_login(User.objects.get(username="unit"), backend=backend)
    many = Ticket.objects.filter(over=False).order_by("pk").first()
    moment = AT - timedelta(hours=1)
    TicketEvent.objects.bulk_create(
        TicketEvent(ticket=many, kind="noted", action="note", happened_at=moment, recorded_at=moment,
                    actor_name="基准", note=f"第{n}条记录") for n in range(50)
    )  # fmt: skip
    base = "/api/v1/contracts/bench/tickets"

    def ok(answer: object, status: int = 200) -> object:
        assert answer.status_code == status, (answer.status_code, answer.content[:300])
        return answer

    def create(n: int) -> object:
        body = {
            "item": "01",
            "title": f"第{n}次登录白屏",
            "severity": "一般故障",
            "description": "二楼三个科室",
        }
        return ok(client.post(base, json.dumps(body), content_type="application/json", **told), 201)

    return [
        measure("API：登记工单", rounds, create),
        measure("API：未办结 50 张", rounds, lambda n: ok(client.get(f"{base}?state=open", **told))),
        measure("API：50 条记录的工单", rounds, lambda n: ok(client.get(f"{base}/{many.number}", **told))),
        measure("API：全文检索“白屏”", rounds, lambda n: ok(client.get(f"{base}?q=白屏", **told))),
        measure("网页：工单列表", rounds, lambda n: ok(browser.get("/c/bench/tickets/?state=open"))),
        measure("网页：服务单位的列表", rounds, lambda n: ok(unit.get("/c/bench/tickets/"))),
        measure("网页：工单详情", rounds, lambda n: ok(browser.get(f"/c/bench/tickets/{many.number}/"))),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Contract.objects.exists():
        print("the database is not empty: name another one", file=sys.stderr)
        return 2
    with clock.pinned(AT):
        rows = run(args.tickets, args.rounds)
    if args.json:
        print(
            json.dumps(
                {"engine": connection.vendor, "tickets": args.tickets, "rows": rows}, ensure_ascii=False
            )
        )
        return 0
    print(f"{connection.vendor}, {args.tickets} tickets")
    for row in rows:
        print(
            f"{row['median_ms']:>8} ms  {row['p95_ms']:>8} ms  {row['cpu_ms']:>8} ms cpu  {row['queries']:>3} queries  {row['what']}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
