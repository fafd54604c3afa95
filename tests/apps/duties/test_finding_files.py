"""The files of a finding on its page: linked, and read by those who see the finding."""

from __future__ import annotations

from opsledger.apps.duties import services
from opsledger.apps.duties.models import Finding
from opsledger.apps.ledger.selectors import attachments_of


def test_they_are_linked_and_guarded(world, at, photo):
    actor = world.actor("engineer")
    found = services.record_finding(actor=actor, item=world.item, summary="滤网积灰")
    other = services.record_finding(actor=actor, item=world.item, summary="风扇异响")
    Finding.objects.filter(pk=found.pk).update(state="remediating")
    found.refresh_from_db()
    services.fix_finding(actor=actor, finding=found, measure="已清洗", uploads=[photo(1, "整改后.png")])
    file = attachments_of("finding", [str(found.pk)])[str(found.pk)][0]
    page = f"/c/demo-2026/findings/{found.pk}/"
    address = f"{page}files/{file.pk}/"
    shown = world.client("unit").get(page).content.decode()
    assert f'href="{address}"' in shown and 'data-picture="整改后.png"' in shown
    answer = world.client("unit").get(address)
    assert b"".join(answer.streaming_content)[:4] == b"\x89PNG"
    assert answer["Content-Disposition"].startswith("inline")
    for who in ("other_unit", "stranger"):
        assert world.client(who).get(address).status_code == 404
    assert world.client("unit").get(f"/c/demo-2026/findings/{other.pk}/files/{file.pk}/").status_code == 404
