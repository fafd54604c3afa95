"""Django's management commands, e.g. `opsledger manage migrate`."""

from __future__ import annotations

import argparse

from django.core.management import execute_from_command_line

TAKES_REST = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER)


def run(args: argparse.Namespace) -> int:
    execute_from_command_line(["opsledger manage", *args.words, *getattr(args, "rest", [])])
    return 0
