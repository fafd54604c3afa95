"""One of everything that is looked after, measured, agreed and scored: names for addresses that lead somewhere."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from opsledger.apps.accounts.models import Membership, Notice
from opsledger.apps.accounts.services import notify
from opsledger.apps.assessment import selectors as assessments
from opsledger.apps.assessment import services as assessment
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assets import services
from opsledger.apps.assets.models import ImportBatch
from opsledger.apps.contracts.packs.model import AssetGroup, Device
from opsledger.apps.watch import services as watch
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM

SCHEME = Path(__file__).parents[3] / "packs" / "anyang-2026" / "scheme.yaml"


def one_of_the_estate(world: Any) -> dict[str, Any]:
    """An asset with a relation, a part, an import, a list, an outage, an exclusion, a message, a sheet being filled.

    The manager is a buyer as well: generated calls shall come to the services, not only to a refusal.
    """
    Membership.objects.create(user=world.users["manager"], contract=world.contract, role="buyer")
    manager, kept = world.actor("manager"), {"actor": world.actor("engineer"), "contract": world.contract}
    asset = services.register_asset(**kept, said={"kind": "server", "name": "应用服务器", "item": world.item})
    other = services.register_asset(**kept, said={"kind": "switch", "name": "交换机"})
    relation = services.relate(actor=manager, source=asset, target=other, kind="connects")
    part = services.add_part(**kept, name="硬盘")
    group = AssetGroup(
        id="room", title="机房设备", item="01", clause="3.2", devices=(Device(name="服务器", count=2),)
    )
    services.load_equipment(actor=SYSTEM, contract=world.contract, groups=[group])
    plan = {"create": [], "update": [], "same": 0, "wrong": [], "ignored": []}
    batch = ImportBatch.objects.create(
        contract=world.contract, filename="资产.xlsx", created_at=clock.now(), plan=plan
    )
    notify(users=[world.users["manager"]], title="一条消息", dedupe="known")
    return {
        "code": asset.code, "relation_id": relation.pk, "part_id": part.pk, "batch_id": batch.pk, "list_key": "room",
        "message_id": Notice.objects.get(dedupe="known").pk, **_measured(world), **_scored(world),
    }  # fmt: skip


def _measured(world: Any) -> dict[str, Any]:
    now = clock.now()
    outage = watch.record_outage(
        actor=world.actor("engineer"), item=world.item, starts_at=now - timedelta(hours=2)
    )
    asked = watch.request_exclusion(
        actor=world.actor("engineer"), item=world.item, kind="maintenance", starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=1), reason="升级", evidence="通知",
    )  # fmt: skip
    return {"outage_id": outage.pk, "exclusion_id": asked.pk}


def _scored(world: Any) -> dict[str, Any]:
    contract = world.contract
    contract.scheme = YAML(typ="safe").load(SCHEME)
    contract.save()
    assessment.open_periods(contract=contract)
    basis = basis_of(contract)
    assert basis is not None
    row = next(one for one in assessments.fillable(basis) if one.kind and not one.needs_measure)
    kept = assessment.add_manual_fact(
        actor=world.actor("buyer"), assessment=assessments.assessment_for(contract, "2026-02"),
        indicator_id=row.indicator.id, kind=row.kind, happened_on=date(2026, 2, 3), reason="现场检查",
    )  # fmt: skip
    return {
        "period": "2026-02",
        "row_id": kept.pk,
        "point": basis.scheme.open_points[0].id,
        "fact_id": f"manual:{kept.pk}",
    }
