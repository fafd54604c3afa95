"""`opsledger clock`: check a time limit from the command line, one case by options or many as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from io import TextIOWrapper
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from opsledger.core.clock import zone_of
from opsledger.core.clock_case import answer_case
from opsledger.core.errors import DomainError

_CASE_FAILED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of one case; `--json` reads cases from standard input instead."""
    parser.add_argument("--json", action="store_true", help="cases as JSON lines on standard input")
    parser.add_argument("--start", help="moment of the report, e.g. 2026-02-13T16:00 (in --tz)")
    parser.add_argument(
        "--calendar", default="5x8", help='"7x24", "5x8", "周一至周五 8:30-12:00,13:30-17:30"'
    )
    parser.add_argument("--holidays", default="cn", help='"cn", "none", or dates separated by commas')
    parser.add_argument("--workdays-extra", default="", help="make-up working days, separated by commas")
    parser.add_argument(
        "--extra-hours", default="", help="hours of make-up days, e.g. 09:00-12:00,14:00-17:00"
    )
    parser.add_argument("--tz", default="Asia/Shanghai", help="IANA time zone")
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--minutes", type=float, help="limit in minutes of service time")
    target.add_argument("--hours", type=float, help="limit in hours of service time")
    target.add_argument("--workdays", type=int, help="limit in working days")
    parser.add_argument(
        "--same-time", action="store_true", help="a working-day limit ends at the same time of day"
    )
    parser.add_argument("--backward", action="store_true", help="the moment so much before --start")
    parser.add_argument("--pause", action="append", default=[], metavar="FROM/TO", help="may be repeated")
    parser.add_argument("--elapsed-at", action="append", default=[], metavar="MOMENT", help="may be repeated")


def run(args: argparse.Namespace, stdin: TextIO | None = None, stdout: TextIO | None = None) -> int:
    """Answer what was asked.

    JSON lines: one answer line for each case, in order, a bad case being answered with its error; the
    exit code is 0.  One case by options: its sentences; 2 when it cannot be computed.
    """
    source, sink = stdin or _as_utf8(sys.stdin), stdout or _as_utf8(sys.stdout)
    if args.json:
        for line in source:
            if line.strip():
                sink.write(_answered(line) + "\n")
                sink.flush()
        return 0
    told = answer_case(_case(args))
    sink.writelines(f"{sentence}\n" for sentence in _sentences(told))
    return _CASE_FAILED if "error" in told else 0


def _as_utf8(stream: TextIO) -> TextIO:
    """The protocol is UTF-8 whatever the terminal's locale; a byte that is not spoils its own line only."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


def _answered(line: str) -> str:
    """The answer to one line; one nested too deep to be read is no case either."""
    try:
        return json.dumps(answer_case(_parsed(line)), ensure_ascii=False)
    except RecursionError:
        return json.dumps(answer_case(None), ensure_ascii=False)


def _parsed(line: str) -> object:
    try:
        # Files saved on Windows begin with a byte-order mark.
        return json.loads(line.removeprefix("\ufeff"))
    except ValueError:
        return None


def _case(args: argparse.Namespace) -> dict[str, Any]:
    """The options as a case; moments without an offset are in --tz."""
    case: dict[str, Any] = {"kind": "workdays" if args.workdays is not None else "minutes"}
    if args.backward:
        case["kind"] = "backward"
    case |= {"tz": args.tz, "calendar": args.calendar, "end_of_day": not args.same_time}
    case["holidays"] = {"cn": "cn", "none": []}.get(args.holidays, _listed(args.holidays))
    case["workdays_extra"] = _listed(args.workdays_extra)
    if args.extra_hours:
        case["extra_hours"] = [pair.split("-", 1) for pair in _listed(args.extra_hours)]
    case["target_minutes"] = args.hours * 60 if args.hours is not None else args.minutes
    case["target_workdays"] = args.workdays
    case["start"] = _zoned(args.start, args.tz)
    case["pauses"] = [[_zoned(moment, args.tz) for moment in pause.split("/", 1)] for pause in args.pause]
    case["elapsed_at"] = [_zoned(moment, args.tz) for moment in args.elapsed_at]
    return case


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _zoned(text: str | None, tz: str) -> str | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        zone: ZoneInfo = zone_of(tz)
    except (ValueError, DomainError):
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _sentences(told: dict[str, Any]) -> list[str]:
    elapsed = [f"至{moment}，已计{minutes}分钟。" for moment, minutes in told["elapsed"].items()]
    return [*told["explain"], *elapsed]
