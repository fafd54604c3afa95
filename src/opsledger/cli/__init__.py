"""The command line `opsledger`: one subcommand per use, loaded when it is called.

Exit codes: 0 done; 1 the work found something wrong (a broken ledger, findings); 2 the call or its input
could not be taken. Errors go to standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

# name -> (module, needs Django, one line of help)
COMMANDS: dict[str, tuple[str, bool, str]] = {
    "demo": ("demo", True, "load the demonstration, start web and worker"),
    "packs": ("packs", False, "list the contract packs with items and terms by kind"),
    "load": ("load", True, "load a pack: contract, items, terms, obligations, plan"),
    "plan": ("plan", True, "bind terms and plan occurrences anew; what is fulfilled stays"),
    "clock": ("clock", False, "due moments and elapsed time of given cases"),
    "read": ("read", False, "read a procurement document into proposed terms"),
    "draft": ("draft", False, "write what the reader finds as a draft pack"),
    "lint": ("lint", False, "find what a contract leaves open or contradicts"),
    "serve": ("serve", True, "start the web server"),
    "worker": ("worker", True, "start the worker: due moments, queued jobs"),
    "mail": ("mail", True, "look into the desk's mailbox, receive mail by SMTP"),
    "verify": ("verify", True, "check the ledger of a contract, or of all"),
    "token": ("token", True, "make, list and revoke API tokens"),
    "manage": ("manage", True, "Django's own management commands"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="opsledger", description="OpsLedger 运维台账")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (_, _, told) in COMMANDS.items():
        commands.add_parser(name, help=told, add_help=False)
    if not words or words[0] in {"-h", "--help"}:
        parser.print_help()
        return 0 if words else 2
    if words[0] not in COMMANDS:
        parser.error(f"unknown command {words[0]!r}; see opsledger --help")
    return run(words[0], words[1:])


def run(name: str, words: list[str]) -> int:
    """Run the command `name` on `words`; a refusal of the domain becomes its sentence and exit code 2."""
    from opsledger.core.errors import DomainError

    module, needs_django, told = COMMANDS[name]
    if needs_django:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsledger.site.settings")
        if name == "demo":
            os.environ["OPSLEDGER_DEMO"] = "1"
        import django

        django.setup()
    command = import_module(f"opsledger.cli.{module}")
    parser = argparse.ArgumentParser(prog=f"opsledger {name}", description=told)
    command.add_arguments(parser)
    args, rest = (
        parser.parse_known_args(words)
        if getattr(command, "TAKES_REST", False)
        else (
            parser.parse_args(words),
            [],
        )
    )
    if rest:
        args.rest = rest
    try:
        return int(command.run(args) or 0)
    except DomainError as error:
        from opsledger.kernel.errors import sentence

        print(sentence(error) if needs_django else error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
