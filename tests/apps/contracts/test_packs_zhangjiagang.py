"""The Zhangjiagang pack: counts by block and kind, facts from the text, money and marks."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from tests.apps.contracts.zhangjiagang_facts import FACTS

from opsledger.apps.contracts.packs import Pack, load_pack, summary
from opsledger.core.payment import instalments, parse_plan, payable
from opsledger.core.scoring import find_holes, parse_scheme
from opsledger.core.terms import LicenceTerm, Period, describe

ROOT = Path(__file__).resolve().parents[3]
SHARED = next((p for up in ROOT.parents[:2] if (p := up / "shared").is_dir()), Path("absent"))
TEXT = SHARED / "seeds" / "zhangjiagang.txt"


@cache
def pack() -> Pack:
    return load_pack(ROOT / "packs" / "zhangjiagang-2024")


COUNTS = {
    "": "duty7 deliverable15 staffing4 approval3",
    "1-20": "sla7 duty50 deliverable26 quota1 staffing1 retention1 licence1 approval1 kpi2",
    "21-40": "sla21 duty46 licence5 deliverable12 quota9 approval5",
    "41-60": "duty56 quota14 deliverable12 licence2 sla14 approval1",
    "61-80": "sla12 duty85 approval5 quota10 deliverable29 licence3",
    "81-100": "duty72 licence1 sla35 deliverable17 retention1 approval2 kpi7 quota14 staffing1",
    "101-120": "duty90 approval4 sla12 deliverable17 quota14",
    "121-140": "duty73 quota6 deliverable45 kpi4 sla13 retention1 approval3 licence1",
    "141-160": "duty82 quota11 deliverable11 sla1 approval3 retention2 staffing1",
    "161-180": "duty82 deliverable31 approval6 sla12 kpi2 quota10 licence5 staffing1",
    "云网": "duty2 quota7 deliverable1",
    "等保": "duty16 quota6 deliverable6 approval1",
    "安1-9": "duty88 quota8 deliverable46 sla21 kpi2 approval3",
    "安10-18": "duty60 quota2 deliverable21 licence5",
}


def block(no: str) -> str:
    if no.isdigit():
        first = (int(no) - 1) // 20 * 20 + 1
        return f"{first}-{first + 19}"
    return ("安1-9" if int(no[1:]) < 10 else "安10-18") if no.startswith("安") else no


def test_the_terms_of_every_block_are_all_there() -> None:
    found: dict[str, Counter[str]] = {}
    for term in pack().all_terms():
        found.setdefault(block(term.item), Counter())[str(term.kind)] += 1
    told = {
        no: Counter({w.rstrip("0123456789"): int(re.sub(r"\D", "", w)) for w in words.split()})
        for no, words in COUNTS.items()
    }
    assert found == told


def test_180_demands_18_services_links_and_mlps() -> None:
    numbers = [item.no for item in pack().items]
    services = [f"安{n}" for n in range(1, 19)]
    assert numbers == [*map(str, range(1, 181)), "云网", "等保", *services]
    assert all(item.terms for item in pack().items)
    # the sum of COUNTS over all blocks
    assert summary(pack())["terms"] == {
        "sla": 148, "duty": 809, "kpi": 17, "quota": 112, "deliverable": 289,
        "licence": 23, "staffing": 8, "retention": 5, "approval": 37,
    }  # fmt: skip


def test_facts() -> None:
    lines = {term.key: describe(term) for term in pack().all_terms()}
    assert {key: lines.get(key) for key in FACTS} == FACTS
    beyond = [key for key in FACTS if not key.split(".")[0].isdigit() or int(key.split(".")[0]) > 60]
    assert (len(FACTS) >= 80, len(beyond) >= 60) == (True, True)


def test_parties_term_and_price() -> None:
    contract = pack()
    assert (contract.buyer.name, contract.tender_no) == ("张家港市数据局", "JSZC-320582-JZCG-G2024-0072")
    assert (contract.period.start, contract.period.end) == (date(2024, 10, 1), date(2025, 6, 30))
    assert contract.price_cny == Decimal("1967.67") * 10_000


PERIODS = {
    "20": "2024-11-02", "26": "2025-03-11", "27": "2025-03-20", "30": "2024-12-15", "33": "2025-05-19",
    "48": "2024-10-07", "52": "2024-12-11", "56": "2025-05-04", "61": "2025-03-06", "62": "2025-02-18",
    "67": "2024-10-29", "82": "2024-10-24", "88": "2024-11-06", "114": "2024-11-21", "125": "2025-02-16",
    "132": "2024-10-20", "156": "2024-10-16", "165": "2024-10-13", "166": "2024-11-13", "169": "2025-04-18",
    "170": "2024-12-09", "172": "2025-01-12", "179": "2025-05-11", "安6": "2024-11-27", "安10": "2025-01-19",
    "安15": "2024-10-14", "安16": "2024-10-08",
}  # fmt: skip


def test_the_items_have_periods_of_their_own() -> None:
    contract = pack()
    starts = {no: str(contract.item(no).period.start) for no in PERIODS}
    assert starts == PERIODS
    assert {item.period.end for item in contract.items} == {date(2025, 6, 30)}
    outside = [i.no for i in contract.items if i.period.start and i.period.start < date(2024, 10, 1)]
    assert outside == []


def test_licences_outside_the_term_are_open_points() -> None:
    odd = {
        t.key
        for t in pack().all_terms()
        if isinstance(t, LicenceTerm)
        and ((t.end and t.end != date(2025, 6, 30)) or (t.start and t.start < date(2024, 10, 1)))
    }
    assert odd == {
        "7.ssl", "21.licence", "22.licence", "24.licence", "28.licence", "29.licence", "43.licence",
        "80.bim", "80.soil.a", "80.soil.b", "81.licence", "139.licence",
    }  # fmt: skip
    by_key = {t.key: t for t in pack().all_terms()}
    assert all(by_key[key].open_points for key in odd)
    # the one that ends inside the term
    assert by_key["81.licence"].end == date(2024, 12, 31)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("no", "words"),
    [
        ("9", "需求8"),
        ("33", "六周"),
        ("99", "37台"),
        ("106", "260家"),
        ("106", "341台"),
        ("128", "编号"),
        ("169", "船闸"),
        ("安1", "2024年"),
        ("安5", "四级"),
        ("安5", "57年"),
        ("安12", "均无次数"),
    ],
)
def test_what_the_text_contradicts_is_kept_open(no: str, words: str) -> None:
    assert any(words in point.what for point in pack().item(no).open_points)


def test_a_frequency_without_a_number_is_a_gap_with_an_open_point() -> None:
    gaps = [t for t in pack().all_terms() if getattr(t, "period", None) is Period.UNSPECIFIED]
    assert len(gaps) > 200
    assert all(t.open_points for t in gaps)


def test_names_and_periods_stand_in_the_text() -> None:
    if not TEXT.is_file():
        pytest.skip("the tender text is not on this machine")
    text = re.sub(r"\s+", "", TEXT.read_text(encoding="utf-8"))
    assert [item.no for item in pack().items if re.sub(r"\s+", "", item.name) not in text] == []


def test_marks_bands_veto_and_the_hole_between_one_and_two_hours() -> None:
    scheme = parse_scheme(pack().scheme)
    groups = [(one.weight_percent, len(one.indicators)) for one in scheme.categories]
    assert groups == [(40, 4), (30, 3), (20, 2), (10, 2)]
    (hole,) = find_holes(scheme)
    assert (hole.subject, hole.interval.low, hole.interval.high) == ("response", 1, 2)
    raw = pack().scheme or {}
    bands = [(b["id"], b.get("from"), b["effect"]["type"], b["effect"].get("percent")) for b in raw["bands"]]
    assert bands == [
        ("excellent", 90, "full", None),
        ("good", 80, "deduct_percent", Decimal("0.5")),
        ("pass", 70, "deduct_percent", 1),
        ("fail", None, "negotiate", None),
    ]
    vetoes = [(v["match"]["kinds"], v.get("at_least", 1), v["band"]) for v in raw["veto"]]
    assert vetoes == [("serious_accident", 2, "fail"), ("data_leak", 1, "fail")]
    assert "response_hole" in {point["id"] for point in raw["open_points"]}


def test_30_percent_after_signing_and_the_rest_after_acceptance() -> None:
    plan = parse_plan({**(pack().payment or {}), "price_cny": pack().price_cny})
    assert [(m.trigger, m.due_workdays) for m in plan.milestones] == [("signed", 15), ("accepted", 15)]
    # 19,676,700 x 30 % = 5,903,010; the rest is 13,773,690
    assert list(instalments(plan).values()) == [Decimal(5_903_010), Decimal(13_773_690)]
    sheet = payable(
        plan,
        "prepaid",
        triggered_on=date(2024, 10, 8),
        add_workdays=lambda day, count: day + timedelta(days=count),
    )
    assert (sheet.payable, sheet.due_on) == (Decimal(5_903_010), date(2024, 10, 23))


def test_equipment_lists() -> None:
    groups = {g.id: (len(g.devices), g.total, g.printed_total) for g in pack().assets}
    # 2+1+4+2 = 9 and 2+2+2+1+2+1+1 = 11, as the text sums them up itself
    assert groups == {
        "ac-33": (4, 9, 9),
        "ups-33": (7, 11, 11),
        "net-38": (13, 40, None),
        "centre-99": (64, 2346, None),
        "care-106": (9, 809, None),
        "firewall-s5": (2, 2, None),
        "room-s5": (74, 158, None),
    }
    centre = {d.name: d.count for g in pack().assets if g.id == "centre-99" for d in g.devices}
    systems = ["windows 2008/windows 2008R2", "windows 2012", "windows 2003", "Windows2016", "Liunx Centos"]
    systems += ["Redhat linux", "Ubuntu Linux", "Freebsd", "其它"]
    # 116+66+13+103+246+14+9+2+43 = 612 virtual servers
    assert sum(centre[name] or 0 for name in systems) == centre["虚拟服务器"] == 612
