"""The letters by which people find a name."""

from __future__ import annotations

import pytest

from opsledger.core.initials import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("演示丙", "ysb"),
        ("张伟", "zw"),
        ("欧阳娜娜", "oynn"),
        ("单雄信", "sxx"),  # a surname read otherwise
        ("小单", "xd"),
        ("啊座", "az"),  # the first and the last letter of the order
        ("Tom 李2", "toml2"),
        ("李喆", "l"),  # a rarer character has no place in the order
        ("𠮷田·龍", "t"),
        ("", ""),
    ],
)
def test_each_common_character_gives_its_letter(name, letters):
    assert initials(name) == letters
