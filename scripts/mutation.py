"""Mutation testing of the rules of time: every mutant is tried, on a copy, with the tests of these rules.

    .venv/bin/python scripts/mutation.py            try all mutants (about an hour on one core), print the table
    .venv/bin/python scripts/mutation.py --table    print the table of the last run again
    .venv/bin/python scripts/mutation.py --proof    try what lived once more, with every random example drawn
    .venv/bin/python scripts/mutation.py --again    try again, on today's code, what lived in the last run

mutmut is installed beside the copy (var/mutation), not into the project's environment.  First the few random
examples of a run by hand are drawn, which kills nearly all; --proof then tries the survivors with all of them.
`... mutmut show NAME` in the copy shows a mutant.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = "mutmut==3.8.1"
ROOMS = {
    "clock": ["clock.py"],
    "timeline, spans": ["timeline.py", "spans.py"],
    "calendars": ["calendars/windows.py", "calendars/working.py", "calendars/parsing.py"],
    "limits": ["limits/days.py", "limits/due.py", "limits/model.py"],
    "sla": ["sla/fold.py", "sla/history.py", "sla/matching.py", "sla/measure.py", "sla/model.py"],
    "recurrence": [
        "recurrence/model.py",
        "recurrence/periods.py",
        "recurrence/plan.py",
        "recurrence/wording.py",
    ],
}
TESTS = [
    "test_calendars.py",
    "test_clock_answers.py",
    "test_clock_basics.py",
    "test_clock_case_properties.py",
    "test_clock_properties.py",
    "test_limits_properties.py",
    "test_recurrence_basics.py",
    "test_recurrence_rules.py",
    "test_sla_basics.py",
    "test_sla_policies.py",
    "test_sla_properties.py",
    "test_time_errors.py",
    "test_worked_cases.py",
]
FRESH = '''

def pytest_sessionstart(session):
    """A mutant runs in a fork of a process that has run the tests: nothing that was kept may answer for it."""
    import functools, gc
    from opsledger.core import clock, timeline
    from opsledger.core.calendars import WorkingCalendar
    from opsledger.core.sla import matching

    matching._READY.clear()
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and one.__name__ != "_china" and "opsledger.core" in str(one.__module__):
            one.cache_clear()
        elif isinstance(one, WorkingCalendar):
            one._ordinals.clear()
        elif isinstance(one, clock.ServiceClock):
            one._layout = timeline.ALWAYS if one._always else clock._NOTHING
'''
BY_CPU_TIME = """
import sys
import mutmut.workers.timeout as timeout
timeout.register_timeout = lambda *_, **__: None
from mutmut.__main__ import cli
sys.exit(cli())
"""
"""mutmut with its limit in processor seconds only: on a busy machine a limit on the wall clock counts as killed
what was merely slow."""
KILLED = {1: "killed", 3: "killed", 36: "ran into the time limit", 24: "ran into the time limit"}
KILLED |= {-24: "ran into the time limit", 152: "ran into the time limit", 255: "ran into the time limit"}
KILLED |= {-11: "killed", -9: "killed"}


def copy_of_the_project(place: Path) -> None:
    """The sources and tests in `place`, with mutmut's settings; what an earlier run found there stays."""
    for folder in ("src", "tests/core"):
        shutil.rmtree(place / folder, ignore_errors=True)
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (place / "tests/core/conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(FRESH)
    # Which test reaches which function is asked anew.
    (place / "mutants/mutmut-stats.json").unlink(missing_ok=True)
    core = [f"src/opsledger/core/{name}" for names in ROOMS.values() for name in names]
    tests = [f"tests/core/{name}" for name in TESTS]
    settings = f"""
[tool.mutmut]
source_paths = ["src"]
only_mutate = {json.dumps(core)}
pytest_add_cli_args_test_selection = {json.dumps(tests)}
timeout_multiplier = 0.75
use_git_change_detection = false
track_dependencies = false

[tool.pytest.ini_options]
pythonpath = ["src", "."]
addopts = "-q -x --import-mode=importlib -p no:django -p no:schemathesis -p no:xdist -p no:cacheprovider"
"""
    (place / "pyproject.toml").write_text(settings, encoding="utf-8")


def mutmut(place: Path, *words: str, proof: bool = False) -> int:
    """Run mutmut in the copy on one core, politely."""
    tools = place / "tools"
    if not tools.exists():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(tools), MUTMUT]
        subprocess.run(install, check=True)
    settings = {**os.environ, "PYTHONPATH": str(tools), "OPSLEDGER_PROOF": "1" if proof else "0"}
    command = ["nice", "-n", "15", sys.executable, "-c", BY_CPU_TIME, *words]
    return subprocess.run(command, cwd=place, env=settings, check=False).returncode


def outcomes(place: Path) -> dict[str, dict[str, int | None]]:
    """By room: each mutant and the exit code of its tests, None for one not yet tried."""
    found: dict[str, dict[str, int | None]] = {}
    for room, names in ROOMS.items():
        found[room] = {}
        for name in names:
            record = place / "mutants/src/opsledger/core" / f"{name}.meta"
            if record.exists():
                found[room] |= json.loads(record.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def table(place: Path) -> list[str]:
    """Print how many of each room's mutants were killed; the names of those that lived."""
    lived: list[str] = []
    total: Counter[str] = Counter()
    print("| room | mutants | killed | of these by the time limit | lived | not tried |")
    print("| --- | --- | --- | --- | --- | --- |")
    for room, codes in outcomes(place).items():
        count: Counter[str] = Counter()
        for name, code in codes.items():
            fate = "not tried" if code is None else KILLED.get(code, "lived")
            count[fate] += 1
            if fate == "lived":
                lived.append(name)
        total += count
        print(_row(room, count))
    print(_row("all", total))
    return lived


def _row(room: str, count: Counter[str]) -> str:
    every, late = sum(count.values()), count["ran into the time limit"]
    killed = count["killed"] + late
    share = f"{100 * killed / every:.1f} %" if every else "-"
    return f"| {room} | {every} | {killed} ({share}) | {late} | {count['lived']} | {count['not tried']} |"


def main() -> None:
    """Try the mutants and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--place", type=Path, default=ROOT / "var/mutation", help="where the copy is kept")
    parser.add_argument("--table", action="store_true", help="only print the table of the last run")
    parser.add_argument("--proof", action="store_true", help="try the survivors with every random example")
    parser.add_argument(
        "--again", action="store_true", help="try the survivors again on today's code and tests"
    )
    parser.add_argument("names", nargs="*", help="mutants to try, by name or pattern; none: all")
    asked = parser.parse_args()
    place: Path = asked.place
    place.mkdir(parents=True, exist_ok=True)
    if not asked.table:
        names = asked.names
        if asked.proof or asked.again:
            names = table(place)
        if not asked.proof:
            copy_of_the_project(place)
        mutmut(place, "run", "--max-children", "1", *names, proof=asked.proof)
    by_room: dict[str, list[str]] = defaultdict(list)
    for name in table(place):
        by_room[name.split(".x")[0].split(".ǁ")[0]].append(name)
    for room, names in by_room.items():
        print(f"\nlived in {room}:", *names, sep="\n  ")


if __name__ == "__main__":
    main()
