"""How fast a round of 200 checks answers on a phone, and how fast what was queued without a signal is sent.

    python bench/round_bench.py [--checks 200]

Starts the application on a scratch database, opens the round in chromium at 390 × 844 as an engineer, gives every
answer by a real tap or key press and measures from the event to the next picture on the screen; then goes on
without a signal, answers everything anew, comes back and measures until all is saved.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
os.environ.setdefault("OPSLEDGER_DATA_DIR", tempfile.mkdtemp(prefix="opsledger-bench-"))
os.environ.setdefault("OPSLEDGER_SECRET_KEY", "bench-only-but-long-enough-for-a-session")
os.environ.setdefault("OPSLEDGER_LOG_LEVEL", "ERROR")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsledger.site.settings")
PASSWORD = "Bench-2026-only"
WATCH = """
window.spent = [];
document.addEventListener("input", function () {
  const begun = performance.now();
  requestAnimationFrame(function () {
    const channel = new MessageChannel();
    channel.port1.onmessage = function () { window.spent.push(performance.now() - begun); };
    channel.port2.postMessage(0);
  });
}, true);
"""


def furnish(count: int) -> int:
    """A contract, an engineer and a round of `count` checks; gives the round's id."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from opsledger.apps.accounts.actors import actor_for
    from opsledger.apps.accounts.models import Membership, Organisation, User
    from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem, Term
    from opsledger.apps.duties import services
    from opsledger.apps.duties.models import Occurrence, Template
    from opsledger.kernel import clock
    from opsledger.kernel.access import SYSTEM

    today = clock.today()
    period = {"starts_on": today.replace(day=1), "ends_on": today + timedelta(days=60)}
    bureau = Organisation.objects.create(name="基准市数据局", kind="buyer")
    provider = Organisation.objects.create(name="基准运维公司", kind="provider")
    contract = Contract.objects.create(
        slug="bench", name="基准合同", buyer=bureau, provider=provider, created_at=clock.now(), **period
    )
    user = User.objects.create(username="engineer", full_name="基准工程师", organisation=provider)
    user.set_password(PASSWORD)
    user.save()
    Membership.objects.create(user=user, contract=contract, role="engineer", organisation=provider)
    item = ServiceItem.objects.create(contract=contract, no="01", position=1, name="机房", **period)
    data = {"key": "t", "activity": "inspection", "count": 1, "period": "month", "every": 1}
    term = Term.objects.create(
        contract=contract, item=item, key="t", kind="duty", data=data, clause="1", summary="巡检"
    )
    Obligation.objects.create(
        contract=contract, item=item, term=term, kind="duty", activity="inspection", title="巡检",
        status=Obligation.Status.ACTIVE, **period,
    )  # fmt: skip
    services.plan_contract(actor=SYSTEM, contract=contract)
    services.open_due(clock.now())
    kinds = [
        {"kind": "number", "unit": "V", "warn": [13.2, 13.8], "fail": [12.9, 14.1], "photo": "none"},
        {"kind": "yes_no"},
        {"kind": "choice", "options": ["正常", "!黄灯", "!!红灯"], "photo": "none"},
        {"kind": "number", "unit": "℃"},
    ]
    checks = [{"id": f"c{n}", "label": f"第{n}节电池", **kinds[n % 4]} for n in range(count)]
    plain = {
        "key": "bench",
        "name": "基准检查表",
        "version": 1,
        "activities": ["inspection"],
        "checks": checks,
    }
    Template.objects.create(
        contract=contract, key="bench", name="基准检查表", data=plain, created_at=clock.now()
    )
    row = Occurrence.objects.filter(state="open").first()
    actor = actor_for(user)
    return services.start_round(actor=actor, occurrence=row, template_key="bench").pk


def serve() -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    call = [
        sys.executable,
        "-m",
        "gunicorn",
        "opsledger.site.wsgi",
        "-b",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
    ]
    running = subprocess.Popen(call, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
        except OSError:
            time.sleep(0.25)
        else:
            break
    return running, address


def answer_all(page, count: int, turn: int) -> None:
    """Every check by a tap on its answer or a key press in its field."""
    for n in range(count):
        if n % 4 == 1:
            page.locator(f"[data-check=c{n}] .big-choice label").nth(turn % 2).tap()
        elif n % 4 == 2:
            page.locator(f"[data-check=c{n}] .big-choice label").nth(turn % 3).tap()
        else:
            page.locator(f"[data-check=c{n}] input").first.tap()
            page.keyboard.press(str(1 + (n + turn) % 9))


def play(address: str, round_id: int, count: int) -> list[dict[str, object]]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        phone = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="zh-CN", is_mobile=True, has_touch=True
        )
        page = phone.new_page()
        page.goto(f"{address}/login/")
        page.fill("input[name=username]", "engineer")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(rf"{address}/$"))
        begun = time.perf_counter()
        page.goto(f"{address}/c/bench/rounds/{round_id}/")
        page.wait_for_selector("#round[data-ready]")
        opened = (time.perf_counter() - begun) * 1000
        page.wait_for_selector("#round[data-offline=ready]")
        page.click("#mode")
        page.evaluate(WATCH)
        answer_all(page, count, 0)
        taps = page.evaluate("window.spent")
        page.wait_for_function(
            "() => document.getElementById('sync-state').textContent.includes('已全部保存')"
        )
        phone.set_offline(True)
        answer_all(page, count, 1)
        page.wait_for_function(
            "(n) => document.getElementById('sync-state').textContent.includes(`${n} 项`)", arg=count
        )
        phone.set_offline(False)
        spent = page.evaluate(
            """() => new Promise(function (done) {
              const begun = performance.now(), state = document.getElementById("sync-state");
              const look = () => state.textContent.includes("已全部保存") && done(performance.now() - begun);
              new MutationObserver(look).observe(state, { childList: true, characterData: true, subtree: true }); look();
            })"""
        )
        browser.close()
    taps.sort()
    return [
        {"what": f"open a round of {count} checks", "ms": round(opened)},
        {"what": f"{len(taps)} taps, median", "ms": round(statistics.median(taps), 1)},
        {"what": f"{len(taps)} taps, 95th percentile", "ms": round(taps[int(len(taps) * 0.95) - 1], 1)},
        {"what": f"{len(taps)} taps, worst", "ms": round(taps[-1], 1)},
        {"what": f"send {count} queued answers", "ms": round(spent)},
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checks", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        print("chromium is not installed", file=sys.stderr)
        return 2
    round_id = furnish(args.checks)
    running, address = serve()
    try:
        rows = play(address, round_id, args.checks)
    finally:
        running.terminate()
        running.wait(timeout=20)
    if args.json:
        print(json.dumps({"checks": args.checks, "rows": rows}, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['ms']:>8} ms  {row['what']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
