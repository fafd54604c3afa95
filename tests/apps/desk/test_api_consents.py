"""Consent first, for programs: what is wanted, what is touched, going before it in an emergency."""

from __future__ import annotations

import pytest
from tests.apps.desk.test_api_more import BASE, call, do  # noqa: F401
from tests.apps.desk.test_consent import bind

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Approval
from opsledger.apps.desk.services.settings import change_settings


def hurry(desk) -> None:
    contract = Contract.objects.get()
    given = {"emergency_acts": ["replace_part"]}
    change_settings(actor=desk.actor("buyer"), contract=contract, given=given)


def test_what_is_wanted_and_who_can_give_it(desk, do):  # noqa: F811
    bind(desk, "replace_part")
    ticket = desk.working()
    told = do("engineer", "get", f"{BASE}/tickets/{ticket.number}/consents")
    (row,) = told["consents"]
    assert (row["act"], row["state"], row["who"], row["may_ask"]) == (
        "replace_part",
        "未涉及",
        "采购人",
        True,
    )
    assert row["clause"] == "2.3.12" and not row["may_hurry"]
    # The other unit's people have no say on this ticket.
    assert {one["username"] for one in told["approvers"]} == {"buyer", "unit", "supervisor"}


def test_what_the_work_touches_is_declared_and_then_needs_consent(desk, do):  # noqa: F811
    bind(desk, "replace_part")
    ticket = desk.working()
    at = f"{BASE}/tickets/{ticket.number}"
    told = do("engineer", "put", f"{at}/touches", {"touches": ["replace_part"]})
    assert [(row["act"], row["on"]) for row in told["touches"]] == [("replace_part", True)]
    assert told["consents"][0]["state"] == "须先经同意"
    refused = do("engineer", "post", f"{at}/acts/resolve", {"cause": "x", "solution": "y"}, status=400)
    assert refused["code"] == "approval.needed"
    # Said with the act itself, it is declared there.
    do("engineer", "put", f"{at}/touches", {"touches": []})
    again = {"cause": "x", "solution": "y", "touches": ["replace_part"]}
    assert do("engineer", "post", f"{at}/acts/resolve", again, status=400)["code"] == "approval.needed"
    done = do("engineer", "post", f"{at}/acts/resolve", {**again, "touches": []}, status=200)
    assert done["state"] == "resolved" and done["touches"] == []


def test_going_before_consent_on_somebodys_word(desk, do):  # noqa: F811
    bind(desk, "replace_part")
    ticket = desk.working()
    at = f"{BASE}/tickets/{ticket.number}/emergency"
    body = {"act": "replace_part", "consented_by": "buyer", "reason": "核心业务中断"}
    assert do("engineer", "post", at, body, status=400)["code"] == "approval.no_emergency"
    hurry(desk)
    told = do("engineer", "post", at, body, HTTP_IDEMPOTENCY_KEY="e1")
    assert do("engineer", "post", at, body, HTTP_IDEMPOTENCY_KEY="e1") == told
    assert told["events"][-1]["action"] == "emergency" and "演示buyer" in told["events"][-1]["note"]
    approval = Approval.objects.get()
    assert approval.after and approval.state == "waiting"


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ({"act": "shutdown"}, 422, "选"),
        ({"consented_by": "engineer"}, 409, "批准人"),
        ({"consented_by": "unit"}, 422, "选"),
        ({"reason": "  "}, 422, "紧急情况"),
    ],
)
def test_an_emergency_that_is_none_is_refused_in_words(desk, do, told, status, words):  # noqa: F811
    bind(desk, "replace_part")
    hurry(desk)
    ticket = desk.working()
    body = {"act": "replace_part", "consented_by": "buyer", "reason": "核心业务中断", **told}
    refused = do("engineer", "post", f"{BASE}/tickets/{ticket.number}/emergency", body, status=status)
    assert words in str(refused) and not Approval.objects.exists()


def test_who_declares_and_who_may_not(desk, do):  # noqa: F811
    bind(desk, "replace_part")
    ticket = desk.working()
    at = f"{BASE}/tickets/{ticket.number}"
    body = {"act": "replace_part", "consented_by": "buyer", "reason": "急"}
    for who in ("unit", "buyer", "auditor"):
        assert do(who, "put", f"{at}/touches", {"touches": []}, status=403)["code"] == "access.denied"
        assert do(who, "post", f"{at}/emergency", body, status=403)["code"] == "access.denied"
    for who in ("other_unit", "stranger"):
        assert do(who, "put", f"{at}/touches", {"touches": []}, status=404)
        assert do(who, "post", f"{at}/emergency", body, status=404)
    refused = do("engineer", "put", f"{at}/touches", {"touches": ["shutdown"]}, status=422)
    assert refused["fields"][0]["field"] == "told.touches" and "shutdown" in refused["fields"][0]["message"]
