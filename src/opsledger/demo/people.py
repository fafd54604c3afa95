"""Made-up people with made-up telephone numbers, one account per role and one per service unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from opsledger.apps.accounts import services as accounts
from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import Organisation, User
from opsledger.apps.contracts import services as contracts
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.demo import PASSWORD
from opsledger.kernel.access import SYSTEM, Actor

PROVIDER = "演示智维信息技术有限公司"
SUPERVISOR = "演示信安监理咨询有限公司"
PRICE_CNY = "6860000.00"
ENGINEERS = 6
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@dataclass
class Cast:
    """Who plays: actors by role, units by id of their organisation, engineers in order."""

    contract: Contract
    buyer: Actor
    manager: Actor
    supervisor: Actor
    engineers: list[Actor] = field(default_factory=list)
    users: dict[int, User] = field(default_factory=dict)
    units: dict[int, Actor] = field(default_factory=dict)

    def owner_of(self, item: ServiceItem | None) -> Actor:
        """The engineer who answers for an item."""
        if item is None or item.owner_id is None:
            return self.engineers[0]
        return next(actor for actor in self.engineers if actor.user_id == item.owner_id)

    def unit_of(self, item: ServiceItem) -> Actor:
        """Who speaks for the unit of an item."""
        assert item.unit_id is not None
        return self.units[item.unit_id]


class _Hiring:
    """Makes people one after the other with the next made-up name and number."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.number = 0

    def hire(
        self,
        username: str,
        role: str | None,
        organisation: Organisation | None,
        title: str,
        *,
        admin: bool = False,
    ) -> User:
        known = User.objects.filter(username=username).first()
        if known:
            return known
        stem = STEMS[self.number % len(STEMS)]
        self.number += 1
        user = accounts.create_user(
            actor=SYSTEM,
            username=username,
            full_name=f"演示{stem}{'' if self.number <= len(STEMS) else self.number}",
            password=PASSWORD,
            organisation=organisation,
            phone=f"138-0000-{self.number:04d}",
            title=title,
            is_admin=admin,
            must_change_password=False,
        )
        if role:
            accounts.grant_role(
                actor=SYSTEM, user=user, contract_id=self.contract.pk, role=role, organisation=organisation
            )
        return user


def cast(contract: Contract) -> Cast:
    """Hire everybody, give each item an engineer, confirm the items whose start was open."""
    hiring = _Hiring(contract)
    bureau, provider, supervisor = contract.buyer, contract.provider, contract.supervisor
    buyer = hiring.hire("buyer", "buyer", bureau, "运维管理科科长")
    manager = hiring.hire("manager", "manager", provider, "项目经理")
    engineers = [
        hiring.hire("engineer" if n == 0 else f"engineer{n + 1}", "engineer", provider, "驻场工程师")
        for n in range(ENGINEERS)
    ]
    watching = hiring.hire("supervisor", "supervisor", supervisor, "监理工程师")
    hiring.hire("auditor", "auditor", bureau, "审计专员")
    hiring.hire("admin", None, bureau, "系统管理员", admin=True)
    made = Cast(
        contract, actor_for(buyer), actor_for(manager), actor_for(watching), [actor_for(e) for e in engineers]
    )
    made.users = {user.pk: user for user in (buyer, manager, watching, *engineers)}
    items = list(ServiceItem.objects.filter(contract=contract).select_related("unit").order_by("position"))
    for item in items:
        if item.unit_id and item.unit_id not in made.units:
            # The archive is the unit whose account is shown: its contract tells limits apart most finely.
            name = "unit" if item.no == "03" else f"unit{item.no}"
            user = hiring.hire(name, "unit", item.unit, "信息化联络员")
            made.units[item.unit_id] = actor_for(user)
            made.users[user.pk] = user
    _assign(made, items, engineers)
    return made


def _assign(made: Cast, items: list[ServiceItem], engineers: list[User]) -> None:
    for position, item in enumerate(items):
        # Dealt out like cards: every engineer has daily, weekly and rare duties.
        owner = engineers[(position + 1) % len(engineers)]
        if item.owner_id != owner.pk:
            contracts.assign_item(actor=made.manager, item=item, owner=owner)
        if item.period_provisional:
            contracts.confirm_item_period(
                actor=made.buyer,
                item=item,
                starts_on=date(2026, 1, 1),
                ends_on=date(2026, 12, 31),
                note="采购人与使用单位签认的运维开始确认单（演示）",
            )
