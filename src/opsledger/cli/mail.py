"""opsledger mail: look into the desk's mailbox and receive mail by SMTP, until told to stop."""

from __future__ import annotations

import argparse
import imaplib
import signal
import sys
import threading
from types import FrameType

from django.conf import settings

from opsledger.apps.desk import mail_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="look into the mailbox once, then end")


def run(args: argparse.Namespace) -> int:
    box, smtp = mail_in.address(), mail_in.receiver()
    if box is None and smtp is None:
        print(
            "没有配置邮件：请设置 OPSLEDGER_IMAP_HOST 或 OPSLEDGER_SMTP_LISTEN（见 docs/operate.md）。",
            file=sys.stderr,
        )
        return 2
    if smtp is not None and "@" not in settings.MAIL_ADDRESS:
        print("接收邮件须先设置 OPSLEDGER_MAIL_ADDRESS，例如 desk@example.gov.cn。", file=sys.stderr)
        return 2
    if args.once:
        return _once()
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    if smtp is not None:
        smtp.start()
        print(f"SMTP: {settings.SMTP_LISTEN} → {settings.MAIL_ADDRESS}", flush=True)
    if box is not None:
        print(f"IMAP: {box.user}@{box.host}/{box.folder}, {settings.IMAP_POLL_SECONDS} s", flush=True)
        mail_in.watch(stop)
    else:
        stop.wait()
    if smtp is not None:
        smtp.stop()
    return 0


def _once() -> int:
    try:
        print(f"收取 {mail_in.poll()} 封")
    except (OSError, imaplib.IMAP4.error) as error:
        print(f"无法读取邮箱：{error}", file=sys.stderr)
        return 1
    return 0
