"""`opsledger draft FILE --out DIR`: what the reader finds, as a draft pack to be gone through by hand."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from opsledger.apps.contracts.packs.draft import (
    DraftItem,
    draft_items,
    write_common,
    write_contract,
    write_items,
)
from opsledger.cli.read import read_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `opsledger draft`."""
    parser.add_argument("file", type=Path, help="采购文件，或 opsledger read --jsonl 的输出（.jsonl）")
    parser.add_argument("--out", type=Path, required=True, help="合同包目录；目录名即合同包编号")
    parser.add_argument("--per-file", type=int, default=20, help="每个文件的服务项数（默认20）")


def run(args: argparse.Namespace) -> int:
    """Write the draft and say what was written; 2 where the file cannot be read or a pack stands there already."""
    if (args.out / "contract.yaml").exists():
        print(f"“{args.out}”已有合同包，草稿不覆盖它；请换一个目录。", file=sys.stderr)
        return 2
    if args.per_file < 1:
        print("--per-file 至少为1。", file=sys.stderr)
        return 2
    labels = _labels(args.file)
    if labels is None:
        return 2
    items = draft_items(labels)
    _write(args.out, items, args.per_file)
    terms = sum(len(rows) for item in items for rows in item.terms.values())
    missed = sum(len(item.open_points) for item in items)
    print(
        f"{args.out}：服务项{sum(not i.common for i in items)}，条款{terms}，未能写成条款{missed}；请逐条核对。"
    )
    return 0


def _labels(path: Path) -> list[dict[str, Any]] | None:
    if path.suffix != ".jsonl":
        reading = read_file(path)
        return (
            None if reading is None else [item.as_json(reading.name, reading.text) for item in reading.items]
        )
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as broken:
        print(f"打不开文件“{path}”：{broken}", file=sys.stderr)
    except json.JSONDecodeError as broken:
        print(f"“{path}”有一行不是JSON：{broken.msg}", file=sys.stderr)
    return None


def _write(folder: Path, items: Sequence[DraftItem], per_file: int) -> None:
    (folder / "items").mkdir(parents=True, exist_ok=True)
    own = [item for item in items if not item.common]
    for first in range(0, len(own), per_file):
        sheet = folder / "items" / f"{first // per_file + 1:02}.yaml"
        sheet.write_text(write_items(own[first : first + per_file]), encoding="utf-8")
    common = write_common([item for item in items if item.common])
    if common:
        (folder / "common.yaml").write_text(common, encoding="utf-8")
    contract = write_contract(folder.resolve().name, items)
    (folder / "contract.yaml").write_text(contract, encoding="utf-8")
