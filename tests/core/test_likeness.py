"""Reports that speak of the same thing are found; those that share only what every report says are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.likeness import ALIKE_PERCENT, alike, likeness, pieces


def test_pieces_are_pairs_and_whole_words_without_those_that_say_nothing():
    assert pieces("登录白屏 DB01") == {"登录", "录白", "白屏", "db01"}
    assert pieces("无法登录") == {"法登", "登录"}
    assert pieces("系统") == pieces("坏") == pieces("") == pieces("！？ —") == frozenset()
    assert pieces("一" * 600 + "登录") == {"一一"}


@pytest.mark.parametrize(
    ("typed", "title", "is_alike"),
    [
        ("登录白屏", "登录后白屏", True),
        ("打不开", "档案查询页面打不开", True),
        ("打印机卡纸了", "三楼打印机卡纸", True),
        ("DB01 连不上", "db01 宕机", True),
        ("无法登录", "无法打印", False),
        ("系统出现异常", "系统异常", False),
        ("开通账号", "登录后白屏", False),
    ],
)
def test_the_same_thing_in_other_words(typed, title, is_alike):
    assert (likeness(typed, title) >= ALIKE_PERCENT) is is_alike


def test_the_description_helps_but_its_length_does_not():
    assert likeness("登录白屏", "打不开", "员工登录之后白屏，浏览器正常") == 66
    assert likeness("开通账号", "登录后白屏", "从早上起没有一个账号能进") < ALIKE_PERCENT


def test_the_likest_come_first_and_equals_keep_their_order():
    rows = [("打印机卡纸", ""), ("登录慢", ""), ("登录后白屏", ""), ("登录后白屏", "")]
    assert alike("登录后白屏", rows) == [2, 3, 1]
    assert alike("", rows) == alike("坏", rows) == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_it_is_a_share(typed, title):
    assert 0 <= likeness(typed, title) <= 100
    if pieces(typed):
        assert likeness(typed, typed) == 100
