"""The desk's settings: who may change which, what is kept, what takes effect, what the clauses fix."""

from __future__ import annotations

import re
from datetime import date

import pytest

from opsledger.apps.accounts.models import Notice
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import agreements
from opsledger.apps.desk.models import ReportCode
from opsledger.apps.desk.services.settings import change_settings
from opsledger.apps.desk.services.ways_in import make_code
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

PAGE = "/c/demo-2026/desk-settings/"


def shown_fields(client) -> dict[str, list[str]]:
    """What a browser would send back of the form as it stands."""
    page = client.get(PAGE).content.decode()
    told: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = "checkbox" not in tag or "checked" in tag
        if name and ticked and "disabled" not in tag and name[1] != "csrfmiddlewaretoken":
            told.setdefault(name[1], []).append(value[1] if value else "on" if "checkbox" in tag else "")
    told["lines"] = ["一线\n二线\n开发商\n原厂商"]
    told["retarget"] = ["creation"]
    return told


def test_the_buyer_changes_what_was_agreed_and_the_ledger_says_so(desk):
    buyer = desk.world.client("buyer")
    told = {
        **shown_fields(buyer),
        "confirm_after_workdays": ["7"],
        "emergency_acts": ["replace_part", "shutdown"],
    }
    assert buyer.post(PAGE, told).status_code == 302
    contract = Contract.objects.get(pk=desk.world.contract.pk)
    agreed = agreements.agreement_of(contract)
    assert agreed.confirm_after_workdays == 7 and set(agreed.emergency_acts) == {"shutdown", "replace_part"}
    changes = Entry.objects.filter(verb="desk.settings_changed").latest("id").changes
    assert changes["confirm_after_workdays"]["to"] == 7
    assert set(changes) == {"confirm_after_workdays", "emergency_acts"}
    # The provider's own side is not the buyer's: what was sent of it was not taken.
    assert "lines" not in contract.settings["desk"]


def test_the_manager_sets_up_the_provider_and_nothing_else(desk):
    manager = desk.world.client("manager")
    told = {
        **shown_fields(manager),
        "confirm_after_workdays": ["60"],
        "lines": ["值守\n专家"],
        "team_2": [str(desk.world.users["engineer2"].pk)],
    }
    assert manager.post(PAGE, told).status_code == 302
    contract = Contract.objects.get(pk=desk.world.contract.pk)
    agreed = agreements.agreement_of(contract)
    assert (agreed.lines, agreed.confirm_after_workdays) == (("值守", "专家"), 5)
    with pytest.raises(DomainError, match=r"access\.denied"):
        change_settings(actor=desk.actor("manager"), contract=contract, given={"confirm_after_workdays": 60})
    ticket = desk.working()
    desk.do(ticket, "escalate", "engineer", note="请协助")
    assert Notice.objects.filter(user=desk.world.users["engineer2"], title__contains="升级").exists()


def test_who_only_looks(desk):
    for who in ("supervisor", "auditor"):
        client = desk.world.client(who)
        assert "保存</button>" not in client.get(PAGE).content.decode()
        assert client.post(PAGE, {"confirm_after_workdays": "9"}).status_code == 403
    assert desk.world.client("unit").get(PAGE).status_code == 403
    assert desk.world.client("engineer").get(PAGE).status_code == 403
    assert not Entry.objects.filter(verb="desk.settings_changed").exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("confirm_after_workdays", "0", "不能小于 3"),
        ("confirm_sample_percent", "101", "不能大于 100"),
        ("replace_days", "x", "整数"),
        ("retarget", "never", "is-invalid"),
        ("pause_reasons", "holiday", "is-invalid"),
    ],
)
def test_bad_values_are_told_and_nothing_is_kept(desk, field, value, said):
    buyer = desk.world.client("buyer")
    page = buyer.post(PAGE, {**shown_fields(buyer), field: [value]}).content.decode()
    assert said in page or "请选择" in page or "有内容需要改正" in page
    assert not Entry.objects.filter(verb="desk.settings_changed").exists()


def test_two_who_save_at_once(desk):
    first, second = (Contract.objects.get(pk=desk.world.contract.pk) for _ in range(2))
    change_settings(actor=desk.actor("buyer"), contract=first, given={"confirm_after_workdays": 7})
    with pytest.raises(DomainError, match=r"page\.stale"):
        change_settings(actor=desk.actor("buyer"), contract=second, given={"report_workdays": 5})


def test_codes_without_sign_in_can_be_forbidden_altogether(desk, client):
    code = make_code(actor=desk.actor("buyer"), item=desk.world.item, open_to_all=True)
    assert client.get(f"/r/{code.code}/").status_code == 200
    contract = Contract.objects.get(pk=desk.world.contract.pk)
    change_settings(actor=desk.actor("buyer"), contract=contract, given={"open_codes": False})
    assert client.get(f"/r/{code.code}/")["Location"].startswith("/login/")
    desk.world.item.contract.refresh_from_db()
    with pytest.raises(DomainError, match=r"code\.not_open"):
        make_code(actor=desk.actor("buyer"), item=desk.world.item, open_to_all=True)
    assert ReportCode.objects.count() == 1


def test_a_word_to_those_who_report_until_its_day(desk):
    contract = Contract.objects.get(pk=desk.world.contract.pk)
    told = {"away_note": "国庆期间请拨打值班电话", "away_until": "2026-03-11"}
    change_settings(actor=desk.actor("manager"), contract=contract, given=told)
    assert "国庆期间" in desk.world.client("unit").get("/c/demo-2026/report/").content.decode()
    assert agreements.away_of(contract, date(2026, 3, 12)) == ""


def test_the_robots_secret_is_made_anew_and_never_told_to_the_ledger(desk):
    manager = desk.world.client("manager")
    assert manager.post(f"{PAGE}chat-secret/").status_code == 302
    secret = Contract.objects.get(pk=desk.world.contract.pk).settings["desk"]["chat_secret"]
    assert secret in manager.get(PAGE).content.decode()
    assert secret not in desk.world.client("supervisor").get(PAGE).content.decode()
    assert secret not in str(Entry.objects.get(verb="desk.settings_changed").changes)


def test_a_mail_address_belongs_to_one_contract(desk):
    contract = Contract.objects.get(pk=desk.world.contract.pk)
    other = Contract.objects.get(pk=contract.pk)
    other.pk, other.slug, other.settings = None, "second-2026", {"desk": {"mail_address": "desk@b.invalid"}}
    other.save()
    with pytest.raises(DomainError, match=r"settings\.mail_taken"):
        change_settings(
            actor=desk.actor("manager"), contract=contract, given={"mail_address": "desk@b.invalid"}
        )
