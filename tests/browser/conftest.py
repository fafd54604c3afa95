"""A running application on a database of its own, and a real browser.

The journeys do not share the test database: they use web and worker as processes, as people do.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ROOT = Path(__file__).resolve().parents[2]
# The journeys play on a Wednesday morning in January: a fortnight of the year is played before.
MOMENT = "2026-01-14T10:00"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.fspath):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="chromium is not installed"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=1):
            return True
    except OSError:
        return False


@dataclass(frozen=True)
class House:
    """A running application: where it answers, and a way to look into its rooms or furnish them."""

    address: str
    environment: dict[str, str]

    def run(self, code: str) -> str:
        """Run `code` against the application's own database in another process; gives what it printed."""
        call = [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", code]
        done = subprocess.run(
            call, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()


@pytest.fixture(scope="session")
def address(house) -> str:
    """The address of the demonstration."""
    return house.address


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """A freshly loaded demonstration, web and worker running."""
    folder = tempfile.mkdtemp(prefix="opsledger-browser-")
    port = _free_port()
    environment = {**os.environ, "OPSLEDGER_DATA_DIR": folder, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("OPSLEDGER_DATABASE_URL", None)
    call = [sys.executable, "-m", "opsledger.cli", "demo", "--until", MOMENT, "--bind", f"127.0.0.1:{port}"]
    log = Path(folder) / "log"
    with log.open("wb") as out:
        running = subprocess.Popen(call, env=environment, stdout=out, stderr=out)
        try:
            made = f"http://127.0.0.1:{port}"
            for _ in range(480):
                if running.poll() is not None or _answers(made):
                    break
                try:
                    running.wait(timeout=0.25)
                except subprocess.TimeoutExpired:
                    continue
            if not _answers(made):
                pytest.fail("the application did not start:\n" + log.read_text(errors="replace")[-4000:])
            yield House(made, environment)
        finally:
            running.send_signal(signal.SIGINT)
            try:
                running.wait(timeout=20)
            except subprocess.TimeoutExpired:
                running.kill()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def play():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def launch(play):
    """`launch(*more)` starts a browser, with further switches."""

    def start(*more: str):
        switches = [
            "--no-sandbox",
            "--lang=zh-CN",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
        ]
        return play.chromium.launch(executable_path=CHROMIUM, args=[*switches, *more])

    return start


@pytest.fixture(scope="session")
def chromium(launch):
    """One browser for all journeys."""
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture
def signed_in(chromium, address) -> Iterator[Callable[..., object]]:
    """`signed_in("unit", phone=True)` gives a page of somebody who has signed in; errors on the page fail."""
    contexts, problems = [], []

    def enter(username: str, *, phone: bool = False):
        size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
        context = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{address}/login/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill("Demo-2026")
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(re.compile(rf"^{re.escape(address)}/(admin/health/)?$"))
        return page

    yield enter
    for context in contexts:
        context.close()
    assert problems == []
