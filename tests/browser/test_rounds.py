"""A round on the phone: without a signal, from two phones, with an answer that got lost, by the label's QR code."""

from __future__ import annotations

import io
import json
import re

import pytest
import segno
from PIL import Image, ImageDraw

SETUP = """
import json
from datetime import timedelta
from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import User
from opsledger.apps.assets.models import Asset
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
contract = Contract.objects.get(slug="anyang-2026")
manager, engineer = (actor_for(User.objects.get(username=name)) for name in ("manager", "engineer"))
"""
BEGIN = """
checks = [
    {"id": "temperature", "label": "室温", "kind": "number", "unit": "℃", "warn": [18, 27], "fail": [10, 35]},
    {"id": "leak", "label": "无漏水", "kind": "yes_no"},
    {"id": "lamps", "label": "指示灯", "kind": "choice", "options": ["正常", "!黄灯"]},
    {"id": "words", "label": "其他情况", "kind": "text", "required": False},
    {"id": "picture", "label": "全景", "kind": "photo"},
]
key = KEY
services.save_template(actor=manager, contract=contract, key=key, data={
    "name": "小机房", "activities": ["inspection"], "each": EACH, "checks": checks})
rows = Occurrence.objects.filter(contract=contract, state="open", item__isnull=False)
row = rows.filter(rounds=None, obligation__activity="inspection").order_by("pk").first()
for n, (code, place) in enumerate(ASSETS):
    Asset.objects.create(contract=contract, item=row.item, code=code, kind="switch", klass="network", name="交换机",
                         place=place, state="in_use", created_at=contract.created_at)
row.obligation.evidence = {"supervisor_verifies": True}
row.obligation.save(update_fields=["evidence"])
made = services.start_round(actor=engineer, occurrence=row, template_key=key)
print(made.pk)
"""
ANSWERS = """
import json
from opsledger.apps.duties.models import Answer, RoundMutation, RoundPhoto
print(json.dumps({
    "answers": {one.check_id: [one.value, one.version] for one in Answer.objects.filter(round=ROUND)},
    "changes": RoundMutation.objects.filter(round=ROUND).count(),
    "photos": RoundPhoto.objects.filter(round=ROUND).count(),
}))
"""


@pytest.fixture
def begin(house):
    """`begin("key")` begins a round of five checks; over devices where some are named as (tag, place)."""

    def make(key: str, assets: list[tuple[str, str]] | None = None) -> int:
        code = BEGIN.replace("KEY", repr(key)).replace("ASSETS", repr(assets or []))
        return int(house.run(SETUP + code.replace("EACH", repr(["network"] if assets else []))))

    return make


@pytest.fixture
def kept(house):
    """What the server holds of a round."""
    return lambda round_id: json.loads(house.run(ANSWERS.replace("ROUND", str(round_id))))


@pytest.fixture
def open_round(signed_in, address):
    """A phone on the page of a round, ready to go without a signal."""

    def enter(who: str, round_id: int):
        page = signed_in(who, phone=True)
        page.goto(f"{address}/c/anyang-2026/rounds/{round_id}/")
        page.wait_for_selector("#round[data-offline=ready]")
        page.click("#mode")  # all cards under one another
        return page

    return enter


def _picture() -> dict[str, object]:
    image = Image.new("RGB", (640, 480), (40, 90, 140))
    ImageDraw.Draw(image).ellipse((100, 80, 400, 360), fill=(220, 180, 40))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def _says(page, words: str) -> None:
    page.wait_for_function(
        "(words) => document.getElementById('sync-state').textContent.includes(words)", arg=words
    )


def _pick(page, check: str, value: str) -> None:
    page.locator(f"[data-check={check}] input[value='{value}']").check(force=True)


def _again(page) -> None:
    page.reload()
    page.wait_for_selector("#round[data-ready]")
    if page.locator("#mode").inner_text() == "列表":
        page.click("#mode")


def _shown(page) -> tuple[str, bool, int]:
    return (
        page.input_value("[name=v_temperature]"),
        page.locator("[data-check=leak] input[value=yes]").is_checked(),
        page.locator("[data-check=picture] [data-files] img").count(),
    )


def test_a_round_without_a_signal_loses_and_doubles_nothing(begin, kept, open_round):
    round_id = begin("offline")
    page = open_round("engineer", round_id)
    page.context.set_offline(True)
    page.fill("[name=v_temperature]", "22.5")
    _pick(page, "leak", "yes")
    page.set_input_files("[name=p_picture]", _picture())
    _says(page, "无网络，3 项")
    _again(page)
    assert _shown(page) == ("22.5", True, 1)
    _pick(page, "lamps", "正常")
    page.click("#finish")
    page.get_by_text("有网络后再点提交").wait_for()
    assert kept(round_id) == {"answers": {}, "changes": 0, "photos": 0}

    page.context.set_offline(False)
    _says(page, "已全部保存")
    held = {"temperature": ["22.5", 1], "leak": ["yes", 1], "lamps": ["正常", 1]}
    assert kept(round_id) == {"answers": held, "changes": 3, "photos": 1}

    # Without a signal once more: what was sent is still shown, though the kept page is older than it.
    page.context.set_offline(True)
    _again(page)
    assert _shown(page) == ("22.5", True, 1)
    page.context.set_offline(False)
    _again(page)
    _says(page, "已全部保存")
    assert _shown(page) == ("22.5", True, 1)
    assert kept(round_id) == {"answers": held, "changes": 3, "photos": 1}

    page.click("#finish")
    page.wait_for_url(re.compile(r"/occurrences/\d+/$"))
    assert "22.5" in page.locator("main").inner_text()
    # Handed in a second time from a page that was left open: told so, nothing is done twice.
    page.goto(page.url.split("/occurrences/")[0] + f"/rounds/{round_id}/")
    assert "已完成" in page.locator("main").inner_text()


def test_an_answer_that_got_lost_on_its_way_back_is_sent_again_and_kept_once(begin, kept, open_round):
    round_id = begin("lost-answer")
    page = open_round("engineer", round_id)
    sent = []

    def lose(route):
        sent.append(json.loads(route.request.post_data)["changes"])
        route.fetch()  # the server takes it in
        route.abort()  # and the phone never hears of it

    page.route("**/sync/", lose, times=1)
    page.fill("[name=v_temperature]", "19")
    _says(page, "存在手机上，会自动重试")
    assert len(sent) == 1 and kept(round_id)["answers"] == {"temperature": ["19", 1]}
    with page.expect_response("**/sync/"):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    _says(page, "已全部保存")
    assert kept(round_id) == {"answers": {"temperature": ["19", 1]}, "changes": 1, "photos": 0}


def test_two_phones_that_differ_are_shown_both_values_and_a_person_decides(begin, kept, open_round):
    round_id = begin("two-phones")
    mine, other = open_round("engineer", round_id), open_round("engineer2", round_id)
    mine.context.set_offline(True)
    mine.fill("[name=v_temperature]", "22")
    _says(mine, "无网络，1 项")
    with other.expect_response("**/sync/"):
        other.fill("[name=v_temperature]", "25")
    mine.context.set_offline(False)
    told = mine.locator("[data-check=temperature] [data-told]", has_text="填的是“25”，您填的是“22”")
    told.wait_for()
    assert kept(round_id)["answers"] == {"temperature": ["25", 1]}
    _again(mine)  # the choice is still there after the page was opened anew
    told.wait_for()
    with mine.expect_response("**/sync/"):
        told.get_by_role("button", name="用我的").click()
    _says(mine, "已全部保存")
    assert kept(round_id)["answers"] == {"temperature": ["22", 2]}


def test_the_tag_leads_to_the_device_and_a_strange_one_is_named(begin, open_round):
    round_id = begin("by-tag", [("SW-10", "三楼 B1"), ("SW-2", "三楼 A1"), ("SW-1", "二楼 A1")])
    page = open_round("engineer", round_id)
    page.click("#stops > summary")
    tags = page.locator("#stops [data-stop] b").all_inner_texts()
    assert [tag for tag in tags if tag in ("SW-1", "SW-2", "SW-10")] == ["SW-1", "SW-2", "SW-10"]
    page.fill("#tag", "sw-10")
    page.click("#tag-go")
    assert "SW-10" in page.locator(".check-card.current .stop-tag").inner_text()
    page.click("#stops > summary")
    page.fill("#tag", "http://x/c/anyang-2026/assets/a/FW-99/")
    page.click("#tag-go")
    assert "“FW-99”不在本次检查的设备中" in page.locator("#stop-told").inner_text()


def test_a_device_is_left_out_with_a_reason_without_a_signal_and_taken_back(begin, kept, open_round):
    round_id = begin("left-out", [("SW-31", "三楼 B1"), ("SW-32", "三楼 B2")])
    page = open_round("engineer", round_id)
    page.context.set_offline(True)
    page.click(".check-card.current [data-skip-open]")
    skip = page.locator(".skip-card.current")
    key = skip.get_attribute("data-check")
    skip.get_by_role("button", name="送修").click()
    page.wait_for_function("document.getElementById('progress-words').textContent.includes('1 处未查')")
    assert kept(round_id)["answers"] == {}
    page.context.set_offline(False)
    _says(page, "已全部保存")
    assert kept(round_id)["answers"] == {key: ["送修", 1]}
    skip.locator("[data-skip-undo]").click()
    page.wait_for_function("!document.getElementById('progress-words').textContent.includes('未查')")
    _says(page, "已全部保存")
    assert kept(round_id)["answers"] == {key: [None, 2]}


@pytest.fixture
def camera(tmp_path):
    """A film of a label, as a camera would see it: the code held straight on a grey desk."""

    def film(text: str) -> str:
        code = io.BytesIO()
        segno.make(text, error="m").save(code, kind="png", scale=8, border=4)
        label = Image.open(code).convert("RGB")
        scene = Image.new("RGB", (640, 480), (120, 120, 120))
        scene.paste(label, ((640 - label.width) // 2, (480 - label.height) // 2))
        frame = io.BytesIO()
        scene.save(frame, "JPEG", quality=85)
        place = tmp_path / "label.mjpeg"
        place.write_bytes(frame.getvalue() * 30)
        return str(place)

    return film


def test_the_camera_reads_the_label_and_leads_to_the_device(begin, camera, launch, address):
    round_id = begin("by-camera", [("CAM-7", "四楼 C1"), ("CAM-8", "四楼 C2")])
    browser = launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera(f'{address}/c/anyang-2026/assets/a/CAM-8/')}",
    )
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    page.goto(f"{address}/login/")
    page.get_by_label("用户名").fill("engineer")
    page.get_by_label("密码").fill("Demo-2026")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/c/anyang-2026/rounds/{round_id}/")
    page.wait_for_selector("#round[data-ready]")
    page.click("#scan")
    page.locator(".check-card.current .stop-tag", has_text="CAM-8").wait_for(timeout=20_000)
    assert not page.locator("#scan-sheet").is_visible()
    browser.close()
