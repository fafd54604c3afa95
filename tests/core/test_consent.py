"""Who must consent before an act, from terms of an item and of the whole contract."""

from __future__ import annotations

from opsledger.core.consent import demands
from opsledger.core.terms import Act, ApprovalTerm, Consent, Party


def term(
    key, act=Act.REPLACE_PART, consent=Consent.CONSENT, by=(Party.BUYER,), clause="1.3.12", what="更换零配件"
):
    return ApprovalTerm(key=key, clause=clause, act=act, what=what, consent=consent, by=by)


def test_terms_on_the_same_act_add_up():
    found = demands(
        [
            term("a"),
            term(
                "b", consent=Consent.WRITTEN, by=(Party.UNIT,), clause="1.3.16", what="外送修理期间使用替代品"
            ),
            term("c", consent=Consent.NOTICE, by=(Party.SUPERVISOR,), clause="9"),
            term("d", act=Act.DATA_CHANGE),
        ]
    )
    part = found[Act.REPLACE_PART]
    assert (part.parties, part.told) == ({Party.BUYER, Party.UNIT}, {Party.SUPERVISOR})
    assert part.written and part.where == "1.3.12、1.3.16" and part.who == "采购人、使用单位"
    assert part.missing(()) == (Party.BUYER, Party.UNIT)
    assert part.missing({"buyer"}) == (Party.UNIT,) and part.missing({"buyer", "unit"}) == ()
    assert not found[Act.DATA_CHANGE].written


def test_who_need_only_be_told_is_not_asked():
    found = demands([term("a", consent=Consent.NOTICE, by=(Party.UNIT,))])[Act.REPLACE_PART]
    assert (found.parties, found.told, found.missing(())) == (frozenset(), {Party.UNIT}, ())
    assert found.where == "1.3.12"


def test_what_the_parties_agreed_beyond_the_text():
    found = demands(
        [term("a", consent=Consent.NOTICE, by=(Party.UNIT,)), term("b", act=Act.SHUTDOWN)],
        ["replace_part", "shutdown"],
    )
    part = found[Act.REPLACE_PART]
    assert (part.parties, part.told, part.where) == ({Party.BUYER}, {Party.UNIT}, "双方约定")
    # A clause is not made stricter by saying it twice.
    assert found[Act.SHUTDOWN].where == "1.3.12"
    assert demands([]) == {}
