"""Words made live: what becomes a link or is marked, and that all else is escaped."""

from __future__ import annotations

import pytest
from django.utils.safestring import mark_safe

from opsledger.apps.desk.live_words import Talk, live

TALK = Talk("/c/a/tickets/", "2026-00007", frozenset({"演示甲", "演示甲23", "a|b"}))


def link(address: str) -> str:
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>'


def called(name: str) -> str:
    return f'<span class="called">@{name}</span>'


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("看http://10.1.2.3:8080/a/b.html。", f"看{link('http://10.1.2.3:8080/a/b.html')}。"),
        ("https://a.cn请打开", f"{link('https://a.cn')}请打开"),
        ("(https://a.cn/x_(1)).", f"({link('https://a.cn/x_(1)')})."),
        ("https://a.cn/?q=%E4%B8%AD#e12,", f"{link('https://a.cn/?q=%E4%B8%AD#e12')},"),
        (
            "见2026-00012的处理",
            '见<a class="text-nowrap" href="/c/a/tickets/2026-00012/">2026-00012</a>的处理',
        ),
        ("本单2026-00007", "本单2026-00007"),
        ("序列号X2026-00012、12026-00012、2026-00012-1", "序列号X2026-00012、12026-00012、2026-00012-1"),
        ("http://a.cn/2026-00012", link("http://a.cn/2026-00012")),
        ("请@演示甲看一下", f"请{called('演示甲')}看一下"),
        ("@演示甲23、@演示甲 好", f"{called('演示甲23')}、{called('演示甲')} 好"),
        ("@张三丰，你好", f"{called('张三丰')}，你好"),
        ("@张三丰你好呀快来看看", "@张三丰你好呀快来看看"),
        ("发到a@演示甲.cn和ops@演示甲", "发到a@演示甲.cn和ops@演示甲"),
        ("@a|b", called("a|b")),
        ("一\r\n二\n三", "一<br>二<br>三"),
    ],
)
def test_what_becomes_live(said, shown):
    assert live(said, TALK) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (mark_safe("<b>@演示甲</b>"), f"&lt;b&gt;{called('演示甲')}&lt;/b&gt;"),
        ('http://a.cn/"onmouseover="x', f"{link('http://a.cn/')}&quot;onmouseover=&quot;x"),
        ("http://a.cn/'><img src=x>", f"{link('http://a.cn/')}&#x27;&gt;&lt;img src=x&gt;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("JavaScript://a.cn/%0aalert(1) data:text/html,x", "JavaScript://a.cn/%0aalert(1) data:text/html,x"),
        ("ftp://a.cn/x", "ftp://a.cn/x"),
        ("http://", "http://"),
        (
            "http://a.cn/?a=1&b=<i>",
            '<a href="http://a.cn/?a=1&amp;b=" target="_blank" rel="noopener noreferrer">'
            "http://a.cn/?a=1&amp;b=</a>&lt;i&gt;",
        ),
        ("@<b>演示甲", "@&lt;b&gt;演示甲"),
    ],
)
def test_everything_else_is_escaped(said, shown):
    assert live(said, TALK) == shown


def test_a_name_cannot_bring_markup_along():
    assert live("@<i>", Talk("/", names=frozenset({"<i>"}))) == '<span class="called">@&lt;i&gt;</span>'
    assert live("@", Talk("/", names=frozenset({"", " "}))) == "@"
