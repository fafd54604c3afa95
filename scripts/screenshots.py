"""Take the pictures of the documents from a running demonstration (`make demo` in another terminal).

.venv/bin/python scripts/screenshots.py [http://127.0.0.1:8000]
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
CONTRACT = "/c/anyang-2026"
# name, account, address, on the phone
SHOTS = (
    ("home-buyer", "buyer", "/", False),
    ("assessment", "buyer", f"{CONTRACT}/assessment/", False),
    ("score-sheet", "buyer", f"{CONTRACT}/assessment/2026-Q3/", False),
    ("payments", "buyer", f"{CONTRACT}/payments/", False),
    ("matrix", "buyer", f"{CONTRACT}/matrix/", False),
    ("gaps", "buyer", f"{CONTRACT}/gaps/", False),
    ("home-unit", "unit", "/", True),
    ("report", "unit", f"{CONTRACT}/report/", True),
    ("home-manager", "manager", "/", False),
    ("tickets", "manager", f"{CONTRACT}/tickets/", False),
    ("ticket", "manager", "first-ticket", False),
    ("desk-figures", "manager", f"{CONTRACT}/desk-figures/?span=year", False),
    ("changes", "manager", f"{CONTRACT}/changes/", False),
    ("calendar", "manager", f"{CONTRACT}/calendar/", False),
    ("roster", "manager", f"{CONTRACT}/roster/", False),
    ("assets", "manager", f"{CONTRACT}/assets/", False),
    ("asset-map", "manager", f"{CONTRACT}/assets/map/?item=17", False),
    ("endings", "manager", f"{CONTRACT}/assets/endings/", False),
    ("round", "manager", "first-round", True),
    ("home-engineer", "engineer", "/", True),
    ("occurrence", "engineer", "first-occurrence", True),
    ("verify", "supervisor", f"{CONTRACT}/occurrences/verify/", False),
    ("availability", "supervisor", f"{CONTRACT}/availability/", False),
    ("ledger", "auditor", f"{CONTRACT}/ledger/?verify=1", False),
    ("health", "admin", "/admin/health/", False),
    (
        "calculator",
        "unit",
        "/tools/limits/?start=2026-02-13T16:00&amount=8&unit=hours"
        "&window=周一至周五 8:30-12:00,14:30-18:00&hours=&pause_from=&pause_to=&at=",
        False,
    ),
)


def open_page(page: Page, base: str, address: str) -> None:
    """Go where a shot is taken; the first ticket and the first duty are found as a person would."""
    if address == "first-ticket":
        page.goto(f"{base}{CONTRACT}/tickets/")
        page.locator("tbody a").first.click()
    elif address == "first-round":
        # The inspection of an application that is due today, begun as its engineer would.
        page.goto(f"{base}{CONTRACT}/occurrences/?show=week&q=每日巡检")
        page.locator("tbody a[href*='/occurrences/']").first.click()
        page.get_by_role("button", name="开始检查").first.click()
    elif address == "first-occurrence":
        page.goto(f"{base}{CONTRACT}/occurrences/?show=week")
        page.locator("tbody a[href*='/occurrences/']").first.click()
    else:
        page.goto(base + address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)


def main() -> int:
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
        )
        for name, account, address, phone in SHOTS:
            size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 820}
            page = browser.new_context(viewport=size, locale="zh-CN").new_page()
            page.goto(f"{base}/login/")
            page.get_by_label("用户名").fill(account)
            page.get_by_label("密码").fill("Demo-2026")
            page.get_by_role("button", name="登录").click()
            open_page(page, base, address)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128)
            picture.save(IMAGES / f"{name}.png", optimize=True)
            print(name)
            page.context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
