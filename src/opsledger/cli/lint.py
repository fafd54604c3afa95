"""`opsledger lint FILE`: what a contract leaves open or contradicts."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from opsledger.cli.read import read_file
from opsledger.reader import lint

_SEVERITY_WORDS = {"high": "严重", "medium": "一般", "low": "提示"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `opsledger lint`."""
    parser.add_argument("file", type=Path, help="采购文件（docx、doc、wps、pdf、html、txt、md、xlsx）")
    parser.add_argument("--json", action="store_true", help="每行一条发现的JSON")


def run(args: argparse.Namespace) -> int:
    """0 where nothing was found, 1 where something was, 2 where the file cannot be read."""
    reading = read_file(args.file)
    if reading is None:
        return 2
    findings = lint.check(reading)
    for finding in findings:
        sys.stdout.write((_line(finding) if args.json else _words(finding)) + "\n")
    return 1 if findings else 0


def _line(finding: lint.Finding) -> str:
    return json.dumps(finding.as_json(), ensure_ascii=False)


def _words(finding: lint.Finding) -> str:
    told = [f"[{_SEVERITY_WORDS[finding.severity]}] {lint.KINDS[finding.kind]}：{finding.sentence}"]
    told += [
        f"    {c.no}  {c.quote.strip()[:120]!s}".replace("\n", " ").replace("\t", " ")
        for c in finding.clauses
    ]
    return "\n".join([*told, f"    建议：{finding.what_to_agree}"])
