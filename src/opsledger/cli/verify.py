"""opsledger verify: check the chain of a contract, or of all, and the stored files."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from functools import partial

from opsledger.apps.contracts.models import Contract
from opsledger.apps.ledger import services as ledger
from opsledger.apps.ledger.models import Chain
from opsledger.cli.progress import Tell, bar
from opsledger.core.errors import DomainError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", nargs="?", help="the contract's id; without it every chain is checked")
    parser.add_argument(
        "--files", action="store_true", help="also check every stored file against its digest"
    )
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")


def _tell(shown: Tell, words: str, place: int, of: int, share: float) -> None:
    shown(words, (place + share) / of)


def run(args: argparse.Namespace) -> int:
    """0 when everything is whole, 1 when something is broken, 2 when the contract is not known."""
    slugs = dict(Contract.objects.values_list("slug", "pk"))
    if args.contract and args.contract not in slugs:
        raise DomainError("contract.unknown", slug=args.contract)
    names = (
        [ledger.contract_chain(slugs[args.contract])]
        if args.contract
        else list(Chain.objects.order_by("name").values_list("name", flat=True))
    )
    words = {ledger.contract_chain(pk): slug for slug, pk in slugs.items()}
    reports = []
    with bar("校验台账") as told_bar:
        for place, name in enumerate(names):
            said = words.get(name, name)
            tell = partial(_tell, told_bar, f"校验 {said}", place, len(names))
            reports.append(ledger.verify_chain(name, tell))
    told = [{**asdict(report), "contract": words.get(report.chain, "")} for report in reports]
    broken_files: tuple[str, ...] = ()
    count = 0
    if args.files:
        with bar("校验文件") as told_bar:
            count, broken_files = ledger.verify_files(partial(_tell, told_bar, "校验文件", 0, 1))
    if args.json:
        print(json.dumps({"chains": told, "files": count, "broken_files": broken_files}, ensure_ascii=False))
    else:
        for report in reports:
            name = words.get(report.chain, report.chain)
            if report.whole:
                print(f"{name}: 完整，{report.entries} 条，算法 {report.algorithm}")
            else:
                print(
                    f"{name}: 第 {report.broken_seq} 条断裂（{report.broken_code}），此前 {report.checked} 条完好",
                    file=sys.stderr,
                )
        if args.files:
            print(
                f"文件 {count} 个，损坏 {len(broken_files)} 个"
                + "".join(f"\n  {name}" for name in broken_files)
            )
    return 0 if all(report.whole for report in reports) and not broken_files else 1
