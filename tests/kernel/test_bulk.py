"""Many rows at once are what as many single ones would be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from opsledger.apps.accounts.models import Organisation
from opsledger.apps.contracts.models import Contract
from opsledger.kernel.bulk import insert_rows

COLUMNS = ("slug", "name", "buyer_id", "starts_on", "ends_on", "created_at")
AT = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)


def row(slug: str, buyer: Organisation):
    return (slug, f"合同 {slug} %s ' \"", buyer.pk, date(2026, 1, 1), date(2026, 12, 31), AT)


@pytest.mark.django_db
def test_rows_are_read_back_as_the_model_would_have_written_them():
    buyer = Organisation.objects.create(name="局", kind="buyer")
    rows = [row(f"c{n}", buyer) for n in range(700)]
    assert (
        insert_rows(Contract, COLUMNS, rows, {"price_cny": "12.50", "windows": {"7x24": {"name": "全天"}}})
        == 700
    )
    found = Contract.objects.get(slug="c699")
    made = Contract(
        slug="c699", name=rows[699][1], buyer=buyer, starts_on=rows[0][3], ends_on=rows[0][4], created_at=AT
    )
    for field in Contract._meta.concrete_fields:
        if field.name not in ("id", "price_cny", "windows"):
            assert getattr(found, field.attname) == getattr(made, field.attname), field.name
    assert str(found.price_cny) == "12.50" and found.windows["7x24"]["name"] == "全天"
    assert insert_rows(Contract, COLUMNS, []) == 0


@pytest.mark.django_db
def test_a_broken_constraint_keeps_none_of_them():
    buyer = Organisation.objects.create(name="局", kind="buyer")
    rows = [row("a", buyer), row("b", buyer), row("a", buyer)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Contract, COLUMNS, rows)
    assert not Contract.objects.exists()
