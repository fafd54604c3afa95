"""`opsledger read FILE` and `opsledger lint FILE`: the reader on the command line."""

from __future__ import annotations

import argparse
import html
import json
import sys
from pathlib import Path

from opsledger.core.errors import DomainError
from opsledger.reader import KINDS, Reading, read
from opsledger.reader.documents import check_size
from opsledger.reader.sentences import SENTENCES

_KIND_WORDS = {
    "licences": "授权", "sla": "时限", "duties": "周期任务", "kpis": "指标",
    "quotas": "限量", "deliverables": "交付物", "staffing": "人员", "retention": "留存",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `opsledger read`."""
    parser.add_argument("file", type=Path, help="采购文件（docx、doc、wps、pdf、html、txt、md、xlsx）")
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--jsonl", dest="form", action="store_const", const="jsonl", help="每行一个服务项的JSON（默认）"
    )
    form.add_argument("--table", dest="form", action="store_const", const="table", help="每行一条条款")
    form.add_argument("--html", dest="form", action="store_const", const="html", help="带标色的原文")
    parser.set_defaults(form="jsonl")


def run(args: argparse.Namespace) -> int:
    """Print the reading; 2 and a Chinese sentence on standard error where the file cannot be read."""
    reading = read_file(args.file)
    if reading is None:
        return 2
    write = {"jsonl": Reading.to_jsonl, "table": _table, "html": _page}[args.form]
    sys.stdout.write(write(reading))
    for code in reading.warnings:
        print(SENTENCES[code], file=sys.stderr)
    return 0


def read_file(path: Path) -> Reading | None:
    """The reading of a file, or None after its Chinese sentence was printed on standard error."""
    try:
        check_size(path.stat().st_size, path.name)
        return read(path.read_bytes(), path.name)
    except OSError as broken:
        print(f"打不开文件“{path}”：{broken.strerror or broken}", file=sys.stderr)
    except DomainError as refused:
        print(SENTENCES[refused.code].format_map({"filename": path.name, **refused.facts}), file=sys.stderr)
    return None


def _table(reading: Reading) -> str:
    lines = ["\t".join(("编号", "服务项", "类别", "内容", "把握", "规则", "原文"))]
    for item in reading.items:
        for fact in item.proposals:
            said = "，".join(f"{k}={v}" for k, v in fact.fields.items() if v is not None)
            quote = reading.text[fact.span.start : fact.span.end].replace("\n", " ").replace("\t", " ")
            cells = (
                item.no,
                item.name,
                _KIND_WORDS[fact.kind],
                said,
                f"{fact.confidence:.2f}",
                fact.rule,
                quote,
            )
            lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def _page(reading: Reading) -> str:
    """The whole text, each span in its kind's colour; a place with several facts shows the first."""
    marks: dict[int, tuple[int, str, str]] = {}
    for item in reading.items:
        for fact in item.proposals:
            said = json.dumps(dict(fact.fields), ensure_ascii=False)
            title = f"{item.no} {_KIND_WORDS[fact.kind]} {said}"
            marks.setdefault(fact.span.start, (fact.span.end, fact.kind, title))
    parts: list[str] = []
    at = 0
    for start in sorted(marks):
        end, kind, title = marks[start]
        if start < at:
            continue
        parts.append(html.escape(reading.text[at:start]))
        words = html.escape(reading.text[start:end])
        parts.append(f'<mark class="{kind}" title="{html.escape(title)}">{words}</mark>')
        at = end
    parts.append(html.escape(reading.text[at:]))
    colours = "".join(
        f"mark.{kind}{{background:hsl({index * 45},70%,85%)}}" for index, kind in enumerate(KINDS)
    )
    head = (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{html.escape(reading.name)}</title>'
    )
    return f"{head}<style>pre{{white-space:pre-wrap}}{colours}</style><pre>{''.join(parts)}</pre></html>\n"
