"""opsledger plan: bind a contract's terms and plan its occurrences anew; what is fulfilled stays."""

from __future__ import annotations

import argparse
import json

from opsledger.apps.contracts import services
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.duties.services import plan_contract
from opsledger.cli import outcomes
from opsledger.cli.progress import bar
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", help="the contract's id (see opsledger packs)")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")


def run(args: argparse.Namespace) -> int:
    from django.http import Http404

    try:
        contract = contract_for(SYSTEM, args.contract)
    except Http404:
        raise DomainError("contract.unknown", slug=args.contract) from None
    with bar("确立义务") as tell:
        bound = services.bind_contract(actor=SYSTEM, contract=contract)
        tell("排定任务", 0.4)
        told = {"bound": bound, "planned": plan_contract(actor=SYSTEM, contract=contract)}
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{contract}（{contract.slug}）", *outcomes.lines(told), sep="\n")
    return 0
