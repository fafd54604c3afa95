"""The desk with mouse, clipboard and keyboard: what makes it quicker than a group chat."""

from __future__ import annotations

import re

# What the browser does when somebody pastes a screenshot, or lets a file go over a field.
GIVE = """async ([kind, name, colour]) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 40;
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour; pen.fillRect(0, 0, 40, 40);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const carried = new DataTransfer();
  carried.items.add(new File([blob], name, { type: "image/png" }));
  const box = document.querySelector("textarea[name=note]"), told = { bubbles: true, cancelable: true };
  box.focus();
  if (kind === "paste") { box.dispatchEvent(new ClipboardEvent("paste", { ...told, clipboardData: carried })); return; }
  for (const step of ["dragover", "drop"]) { box.dispatchEvent(new DragEvent(step, { ...told, dataTransfer: carried })); }
}"""


def test_a_note_with_pasted_pictures_and_a_call(signed_in, address):
    page = signed_in("engineer")
    page.goto(f"{address}/c/anyang-2026/tickets/2026-00001/")
    note = page.locator("textarea[name=note]")
    note.fill("@ysy")
    note.press("End")
    page.locator("[role=option]").first.wait_for()
    note.press("Escape")
    assert page.locator("#people-list").is_hidden()
    # The manager by the letters of the name: 演示乙.
    note.fill("请 ")
    note.press_sequentially("@ysy")
    page.locator("[role=option]", has_text="演示乙").first.wait_for()
    rows = [row.get_attribute("data-name") for row in page.locator("[role=option]").all()]
    for _ in range(rows.index("演示乙")):
        note.press("ArrowDown")
    note.press("Enter")
    assert note.input_value() == "请 @演示乙 "

    page.evaluate(GIVE, ["paste", "image.png", "teal"])
    page.evaluate(GIVE, ["drop", "机柜.png", "brown"])
    page.locator(".file-list li").nth(1).wait_for()
    names = page.locator(".file-list-name").all_inner_texts()
    assert re.fullmatch(r"截图-\d{8}-\d{6}\.png", names[0]) and names[1] == "机柜.png"
    page.locator("input[name=files]").set_input_files(
        {"name": "程序.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    )
    assert "“程序.exe”这类文件不能上传" in page.locator(".file-refused").inner_text()
    page.get_by_label("移除 机柜.png").click()
    assert page.locator("input[name=files]").evaluate("field => field.files.length") == 1
    page.evaluate(GIVE, ["drop", "机柜二.png", "navy"])
    page.locator(".file-list li").nth(1).wait_for()
    note.press_sequentially("看 http://10.0.0.1/x，同 2026-00002")
    with page.expect_navigation():
        note.press("Control+Enter")

    entry = page.locator(".story-entry").last
    assert entry.locator(".called").inner_text() == "@演示乙"
    links = entry.locator(".story-note a")
    assert links.nth(0).get_attribute("href") == "http://10.0.0.1/x"
    assert links.nth(1).get_attribute("href") == "/c/anyang-2026/tickets/2026-00002/"
    entry.locator("a[data-picture]").first.click()
    box = page.locator("dialog.picture-box")
    box.press("ArrowRight")
    assert "机柜二.png" in box.inner_text()
    box.press("Escape")
    assert box.is_hidden()


def test_the_keyboard_and_the_story(signed_in, address):
    page = signed_in("manager")
    page.goto(f"{address}/c/anyang-2026/tickets/2026-00001/")
    page.keyboard.press("?")
    keys = page.locator("dialog#keys")
    assert "写说明" in keys.inner_text() and "看板" in keys.inner_text()
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    page.keyboard.press("n")
    page.keyboard.type("n?gl")
    assert page.locator("textarea[name=note]").input_value() == "n?gl" and keys.is_hidden()
    page.locator("textarea[name=note]").fill("")

    page.locator("[data-story-show=work]").click()
    assert page.locator(".story-entry[data-kind=talk]:visible").count() == 0
    link = page.locator(".story-entry:visible a.story-at").last
    link.click()
    page.reload()
    # The choice is kept, and the address of an entry leads to it.
    assert page.locator("[data-story-show=work]").get_attribute("aria-pressed") == "true"
    assert page.locator(".story-entry.pointed").count() == 1

    page.locator("main").focus()
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/c/anyang-2026/tickets/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-rows] tbody tr").nth(1).locator("a").first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{second}")
