"""opsledger load: a pack into the database."""

from __future__ import annotations

import argparse
import json
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.conf import settings

from opsledger.apps.assets.selectors import discrepancies
from opsledger.apps.assets.services import load_equipment
from opsledger.apps.contracts import packs, services
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.services import plan_contract
from opsledger.cli import outcomes
from opsledger.cli.progress import bar
from opsledger.kernel.access import SYSTEM


def _money(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount") from None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", help="a pack's id, or its directory")
    parser.add_argument("--provider", help="name of the provider, where the text has none")
    parser.add_argument("--supervisor", help="name of the supervisor")
    parser.add_argument("--price", type=_money, help="contract price in yuan, where the text has none")
    parser.add_argument("--starts", type=date.fromisoformat, help="first day, where the text has none")
    parser.add_argument("--ends", type=date.fromisoformat, help="last day, where the text has none")
    parser.add_argument("--no-plan", action="store_true", help="load and bind, but plan no occurrences")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def run(args: argparse.Namespace) -> int:
    named = Path(args.pack)
    folder = named if named.is_dir() else Path(settings.PACKS_DIR) / args.pack
    pack = packs.load_pack(folder)
    given = {
        "provider": args.provider,
        "supervisor": args.supervisor,
        "price_cny": args.price,
        "starts_on": args.starts,
        "ends_on": args.ends,
    }
    overrides = {name: value for name, value in given.items() if value is not None}
    with bar("载入条款") as tell:
        report = services.load_pack(actor=SYSTEM, pack=pack, overrides=overrides)
        told: dict[str, object] = {"contract": report.contract.slug, "loaded": report.counts()}
        tell("确立义务", 0.3)
        told["bound"] = services.bind_contract(actor=SYSTEM, contract=report.contract)
        tell("登记设备清单", 0.5)
        wrong = _equipment(pack, report.contract, told)
        if not args.no_plan:
            tell("排定任务", 0.6)
            told["planned"] = plan_contract(actor=SYSTEM, contract=report.contract)
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{report.contract}（{report.contract.slug}）")
        print(*outcomes.lines(told), sep="\n")
        for sentence in wrong:
            print(f"  清单合计不符：{sentence}")
    return 0


def _equipment(pack: packs.Pack, contract: Contract, told: dict[str, object]) -> list[str]:
    """Load the contract's equipment lists; the sentences of printed totals that do not add up."""
    if not pack.equipment():
        return []
    told["assets"] = load_equipment(actor=SYSTEM, contract=contract, groups=pack.equipment())
    wrong = [one.sentence for one in discrepancies(contract)]
    if wrong:
        told["totals"] = wrong
    return wrong
