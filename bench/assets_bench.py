"""How long a workbook of assets takes: preview, import, undo; what a hundred thousand rows cost; the pages after.

    python bench/assets_bench.py [--rows 10000]

It uses the database that OPSLEDGER_DATABASE_URL names (a SQLite file under a scratch directory by default).
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
from openpyxl import Workbook  # noqa: E402

from opsledger.apps.accounts.models import User  # noqa: E402
from opsledger.apps.assets import services  # noqa: E402
from opsledger.apps.contracts.models import Contract  # noqa: E402
from opsledger.core.errors import DomainError  # noqa: E402
from opsledger.kernel.access import SYSTEM  # noqa: E402

HEADS = [
    "资产编号",
    "类型",
    "名称",
    "型号",
    "序列号",
    "位置",
    "数量",
    "购置日期",
    "保修到期",
    "信创",
    "IP地址",
]


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the wall and the computing seconds of a block."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(
        f"{what:<44} {time.perf_counter() - wall:7.2f} s   cpu {time.process_time() - cpu:7.2f} s", flush=True
    )


def workbook(rows: int) -> bytes:
    """A register of servers with everything filled in, days written as text."""
    made = Workbook(write_only=True)
    sheet = made.create_sheet()
    sheet.append(HEADS)
    for n in range(rows):
        address = f"10.{n // 65536}.{n // 256 % 256}.{n % 256}"
        named = ["", "服务器", f"服务器{n}", "NF5280M6", f"SN{n:06d}", f"A排{n % 40}柜"]
        sheet.append([*named, 1, "2024-05-01", "2027年4月30日", "是", address])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    rows = parser.parse_args().rows
    call_command("migrate", verbosity=0)
    contract = Contract.objects.first() or world()
    content, huge = workbook(rows), workbook(100_000)
    print(f"{rows} rows, workbook of {len(content) // 1024} KiB")
    with timed("preview"):
        batch = services.preview_import(
            actor=SYSTEM, contract=contract, content=content, filename="资产.xlsx"
        )
    with timed("import"):
        batch = services.apply_import(actor=SYSTEM, batch=batch)
    with timed("preview of the same again (nothing to do)"):
        services.preview_import(actor=SYSTEM, contract=contract, content=content, filename="资产.xlsx")
    with timed("100,000 rows refused"):
        try:
            services.preview_import(actor=SYSTEM, contract=contract, content=huge, filename="大.xlsx")
        except DomainError as error:
            assert error.code == "import.too_many", error
    client = Client()
    client.force_login(_manager(contract), backend="django.contrib.auth.backends.ModelBackend")
    for path in (
        "assets/",
        "assets/?q=SN005",
        "assets/endings/",
        "assets/map/",
        "assets/labels/",
        "assets/?export=xlsx",
    ):
        with timed(f"page {path}"):
            assert client.get(f"/c/{contract.slug}/{path}").status_code == 200
    with timed("daily reminders"):
        services.remind_expiring(AT)
    with timed("undo"):
        services.undo_import(actor=SYSTEM, batch=batch)


def _manager(contract: Contract) -> User:
    return User.objects.filter(memberships__contract=contract, memberships__role="manager").first()


if __name__ == "__main__":
    main()
