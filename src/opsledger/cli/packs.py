"""`opsledger packs`: which contract packs there are, with items and terms by kind, and whether each is sound."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import opsledger
from opsledger.apps.contracts.packs import list_packs, load_pack, summary
from opsledger.apps.contracts.packs.sentences import SENTENCES
from opsledger.core.errors import DomainError
from opsledger.core.terms import TermKind


def default_folder() -> Path:
    """The folder of packs: OPSLEDGER_PACKS, else `packs` beside the source tree, else in the current folder."""
    told = os.environ.get("OPSLEDGER_PACKS")
    if told:
        return Path(told)
    beside = Path(opsledger.__file__).resolve().parents[2] / "packs"
    return beside if beside.is_dir() else Path("packs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("pack", nargs="*", help="a pack's folder or id; all packs when none is given")
    parser.add_argument("--dir", type=Path, default=None, help="the folder that holds the packs")
    parser.add_argument("--json", action="store_true", help="a JSON list of {id, name, items, terms by kind}")


def run(args: argparse.Namespace) -> int:
    """List and check the packs; 0 when all are sound, 1 when one is not, 2 when there are none."""
    folder = args.dir or default_folder()
    folders = [_folder_of(name, folder) for name in args.pack] or list_packs(folder)
    if not folders:
        print(f"“{folder}”中没有合同包，请用 --dir 指明目录。", file=sys.stderr)
        return 2
    rows, broken = [], False
    for each in folders:
        try:
            rows.append(summary(load_pack(each)))
        except DomainError as error:
            print(SENTENCES[error.code].format(**error.facts), file=sys.stderr)
            broken = True
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            print(_line(row))
    return 1 if broken else 0


def _folder_of(name: str, folder: Path) -> Path:
    return Path(name) if Path(name).is_dir() else folder / name


def _line(row: dict[str, object]) -> str:
    terms = row["terms"]
    assert isinstance(terms, dict)
    told = "，".join(f"{kind.label}{terms[kind]}" for kind in TermKind if terms[kind])
    return f"{row['id']}  {row['name']}：服务项{row['items']}，条款{sum(terms.values())}（{told}）"
