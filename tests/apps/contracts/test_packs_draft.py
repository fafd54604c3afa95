"""`opsledger draft`: what the reader finds, written as a pack that loads."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from opsledger.apps.contracts.packs import load_pack
from opsledger.apps.contracts.packs.draft import draft_items, write_items
from opsledger.cli import main
from opsledger.core.terms import DutyTerm, KpiTerm, Period, RetentionTerm, SlaTerm

TEXT = """需求1：会议预约系统维护，运维期限：2025年1月1日-2025年12月31日
服务时间：7*24小时。
1.接到报修后30分钟内响应，2小时内到达现场。
2.每月进行一次现场巡检，每周一次数据库备份，保留最新60天备份数据。
3.定期对系统进行安全检查。
需求2：门禁系统维护，运维期限：2025年3月1日-2025年12月31日
1.重大故障4小时内解决。
2.每季度进行一次漏洞扫描，提交漏洞扫描报告。
需求3：短信发送服务，运维期限：2025年1月1日-2025年12月31日
1.每年提供一次培训。
"""


def label(**changes: Any) -> dict[str, Any]:
    """A label with nothing in it but what is given."""
    lists = ("licences", "sla", "duties", "kpis", "quotas", "deliverables", "staffing", "retention")
    empty: dict[str, Any] = {name: [] for name in lists}
    head = {"doc": "d", "section": "a", "no": "1", "name": "n", "unit": None, "period": None, "windows": []}
    return {**head, **empty, **changes}


def test_a_text_becomes_a_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "t.txt"
    source.write_text(TEXT, encoding="utf-8")
    assert main(["draft", str(source), "--out", str(tmp_path / "p"), "--per-file", "1"]) == 0
    assert "服务项3" in capsys.readouterr().out
    assert len(list((tmp_path / "p" / "items").iterdir())) == 3
    pack = load_pack(tmp_path / "p")
    first, second, _ = pack.items
    assert (first.name, str(first.period.start), str(second.period.start)) == (
        "会议预约系统维护",
        "2025-01-01",
        "2025-03-01",
    )
    limits = {(str(t.metric), t.value, str(t.unit), t.window) for t in first.terms if isinstance(t, SlaTerm)}
    assert limits == {("respond", 30, "minute", "7x24"), ("arrive", 2, "hour", "7x24")}
    duties = {(str(t.activity), t.count, str(t.period)) for t in first.terms if isinstance(t, DutyTerm)}
    assert {("inspection", 1, "month"), ("backup", 1, "week")} <= duties
    assert [t.value for t in first.terms if isinstance(t, RetentionTerm)] == [60]
    assert [t.severity for t in second.terms if isinstance(t, SlaTerm)] == ["重大故障"]


def test_it_never_overwrites_a_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "t.txt"
    source.write_text(TEXT, encoding="utf-8")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "contract.yaml").write_text("pack: p\n", encoding="utf-8")
    assert main(["draft", str(source), "--out", str(tmp_path / "p")]) == 2
    assert (tmp_path / "p" / "contract.yaml").read_text(encoding="utf-8") == "pack: p\n"
    assert "不覆盖" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("a.jsonl", b"{", "不是JSON"), ("b.jsonl", b"\xff\xfe\x00", "打不开"), ("c.txt", None, "打不开")],
)
def test_a_file_that_cannot_be_read_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["draft", str(tmp_path / name), "--out", str(tmp_path / "p")]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


def test_numbers_that_come_again_get_their_section_before_them() -> None:
    found = draft_items([label(), label(section="b"), label(section="b", no="general"), label(no="2")])
    assert [(item.no, item.common) for item in found] == [
        ("1", False),
        ("2-1", False),
        ("", True),
        ("2", False),
    ]


def test_common_facts_units_and_what_does_not_fit(tmp_path: Path) -> None:
    sla = {
        "severity": None,
        "metric": "respond",
        "channel": None,
        "value": 0.5,
        "unit": "hour",
        "clock": "business",
    }
    lines = [
        label(no="general", sla=[sla], duties=[duty("inspection", None, "unspecified")]),
        label(
            name='a "quoted": name',
            unit="某局",
            windows=["custom"],
            sla=[sla, sla, {**sla, "unit": "quarter"}],
            kpis=[
                {"metric": "data_latency", "op": "<=", "value": 100, "unit": "millisecond", "window": None}
            ],
            duties=[duty("backup", 3, "month", every=2)],
        ),
    ]
    source = tmp_path / "l.jsonl"
    source.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    assert main(["draft", str(source), "--out", str(tmp_path / "p")]) == 0
    pack = load_pack(tmp_path / "p")
    (item,) = pack.items
    assert (item.name, item.unit, [t.key for t in item.terms if isinstance(t, SlaTerm)]) == (
        'a "quoted": name',
        "某局",
        ["1.respond", "1.respond.2"],
    )
    assert pack.windows["custom"].stated is False
    assert [(t.value, str(t.unit)) for t in item.terms if isinstance(t, KpiTerm)] == [
        (Decimal("100"), "millisecond")
    ]
    assert [(t.count, t.every) for t in item.terms if isinstance(t, DutyTerm)] == [(3, 2)]
    assert "quarter" in item.open_points[0].what
    assert [t.key for t in pack.common_terms] == ["all.respond-1", "all.inspection-1"]
    assert any(isinstance(t, DutyTerm) and t.period is Period.UNSPECIFIED for t in pack.common_terms)


def duty(activity: str, count: int | None, period: str, every: int = 1) -> dict[str, Any]:
    return {"activity": activity, "count": count, "period": period, "every": every, "mode": None}


def test_the_place_in_the_text_stands_behind_each_term_and_no_quote_does() -> None:
    fact = {**duty("backup", 1, "day"), "quote": "每天备份一次并且妥善保管", "span": [7, 19]}
    written = write_items(draft_items([label(duties=[fact])]))
    assert "# 原文 7-19" in written
    assert "妥善保管" not in written
