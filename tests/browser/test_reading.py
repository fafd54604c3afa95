"""Reading a document in a real browser: both panes follow each other, keys act, a selection becomes a term."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.reader_sample import SAMPLE


def _select(page, words: str) -> None:
    """Select some words of the text, as a mouse would."""
    page.evaluate(
        """(words) => {
            for (const one of document.querySelectorAll('#text [data-o]')) {
                const at = one.textContent.indexOf(words);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(one.firstChild, at);
                range.setEnd(one.firstChild, at + words.length);
                const selection = window.getSelection();
                selection.removeAllRanges();
                selection.addRange(range);
                return;
            }
            throw new Error('not in the text: ' + words);
        }""",
        words,
    )


def test_from_the_upload_to_the_contract(signed_in, address, tmp_path):
    place = tmp_path / "运维采购需求.txt"
    place.write_text(SAMPLE, encoding="utf-8")
    page = signed_in("manager")
    page.get_by_role("link", name="读合同").first.click()
    page.get_by_role("link", name="上传文件").click()
    page.locator("input[type=file]").set_input_files(str(place))
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_selector("[data-review]", timeout=60_000)
    home = page.url

    # A press on a mark lights its term; a press on a term lights its mark.
    page.locator("#text mark", has_text="系统可用性不低于").click()
    expect(page.locator(".term.current .term-summary")).to_contain_text("可用性")
    page.locator(".term", has_text="每月巡检1次").first.click()
    expect(page.locator("#text mark.current")).to_contain_text("每月巡检1次")

    # Keys: accept and go on, undo, reject, into an item that was not open yet.
    page.keyboard.press("a")
    page.wait_for_selector("#progress >> text=/已处理\\s*1/")
    expect(page.locator("#text mark.s-accepted")).to_have_count(1)
    page.keyboard.press("u")
    page.wait_for_selector("#progress >> text=/已处理\\s*0/")
    expect(page.locator("#undone")).to_contain_text("已撤销")
    expect(page.locator("#text mark.s-accepted")).to_have_count(0)
    for _ in range(8):
        page.keyboard.press("j")
        page.wait_for_timeout(250)
    # From the fifth term of seven, past the five of the second item, into the third.
    expect(page.locator("details.group[open]")).to_have_count(3)
    page.keyboard.press("r")
    page.wait_for_selector("#progress >> text=/不采纳 1/")

    # A selected stretch becomes a term, at the right place of the document.
    page.locator("#text summary", has_text="门户网站").click(force=True)
    page.locator("#text summary", has_text="门户网站").click(force=True)
    _select(page, "提供7×24服务")
    page.keyboard.press("n")
    page.wait_for_selector("#add-term")
    expect(page.locator("#add-term blockquote")).to_have_text("提供7×24服务")
    page.locator("#add-term select[name=kind]").select_option("staffing")
    page.wait_for_selector("#add-term input[name=role]")
    page.locator("#add-term input[name=min]").fill("2")
    page.locator("#add-term input[name=role]").fill("值班人员")
    page.locator("#add-term button", has_text="新增").click()
    page.wait_for_selector(".term >> text=值班人员不少于2人")

    # Edit with a mistake first: it is said, and what was typed stays.
    page.locator(".term", has_text="值班人员").locator("[data-edit]").click()
    page.locator(".editing input[name=min]").fill("许多")
    page.locator(".editing button", has_text="保存").click()
    page.wait_for_selector(".editing >> text=应为数字")
    page.locator(".editing input[name=min]").fill("3")
    page.locator(".editing button", has_text="保存").click()
    page.wait_for_selector(".term >> text=值班人员不少于3人")

    page.get_by_role("link", name="批量接受", exact=True).click()
    page.get_by_label("把握不低于").fill("0")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name=re.compile("接受这 \\d+ 条")).click()
    page.wait_for_url(home.split("?")[0])
    page.get_by_role("link", name="生成合同").click()
    page.get_by_label("合同名称").fill("浏览器测试运维合同")
    page.get_by_label("采购人", exact=True).fill("演示测试局")
    page.get_by_role("button", name="生成合同").click()
    page.wait_for_url("**/c/contract-*/")
    expect(page.locator("h2", has_text="浏览器测试运维合同")).to_be_visible()
    # Made and planned by the worker: the monthly inspection has its tasks.
    page.goto(f"{page.url}occurrences/?q=每月巡检")
    expect(page.locator("tbody tr", has_text="每月巡检1次").first).to_be_visible()


def test_on_a_phone_text_and_terms_are_two_tabs(signed_in, tmp_path):
    place = tmp_path / "手机.txt"
    place.write_text(SAMPLE, encoding="utf-8")
    page = signed_in("buyer", phone=True)
    page.goto(page.url + "readings/new/")
    page.locator("input[type=file]").set_input_files(str(place))
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_selector("[data-review]", timeout=60_000)
    text, terms = page.locator("#text"), page.locator("#terms")
    assert terms.is_visible() and not text.is_visible()
    page.locator(".term-quote").first.click()
    expect(text).to_be_visible()
    expect(terms).to_be_hidden()
    page.locator("#text mark").last.click()
    expect(terms).to_be_visible()
    expect(page.locator(".term.current")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
