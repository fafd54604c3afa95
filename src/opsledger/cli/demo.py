"""opsledger demo: the whole application on a played year, at its own moment."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from opsledger.demo import MOMENT, PASSWORD, launch, year

ACCOUNTS = (
    ("buyer", "采购人（数据中心）"),
    ("unit", "使用单位（市档案馆）"),
    ("manager", "项目经理"),
    ("engineer", "驻场工程师"),
    ("supervisor", "监理"),
    ("auditor", "审计"),
    ("admin", "系统管理员"),
)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOMENT.tzinfo)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port (default 127.0.0.1:8000)")
    parser.add_argument(
        "--until", type=_moment, default=MOMENT, help="play up to this moment (default 2026-11-20T10:00)"
    )
    parser.add_argument("--load-only", action="store_true", help="load and play, but start nothing")


def run(args: argparse.Namespace) -> int:
    console = Console(highlight=False)
    call_command("migrate", verbosity=0, interactive=False)
    if not args.load_only and launch.is_taken(args.bind):
        print(
            f"{args.bind} 已被其他程序占用。请先停止它，或用 --bind 127.0.0.1:8001 换一个端口。",
            file=sys.stderr,
        )
        return 2
    if not year.is_loaded():
        _play(console, args.until)
    if args.load_only:
        return 0
    with launch.processes(args.bind, args.until) as children:
        if launch.answers(args.bind, children):
            _greet(console, args.bind)
        code = launch.wait(children)
    console.print("\n已停止，数据保存在", str(settings.DATA_DIR))
    return code


def _play(console: Console, until: datetime) -> None:
    """Load and play with a progress bar; what breaks off half-way leaves nothing behind."""
    from django.db import transaction

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, disable=not sys.stderr.isatty() and not console.is_terminal
    ) as bar:
        task = bar.add_task("载入合同", total=1.0)
        if bar.disable:
            console.print("正在载入合同并演完这一年，约需几分钟……")
        with transaction.atomic():
            counts = year.play(
                lambda words, share: bar.update(task, description=words, completed=share), until
            )
        bar.update(task, description=f"已演到{until:%Y年%m月%d日}", completed=1.0)
    console.print("，".join(f"{name} {count}" for name, count in counts.items()))


def _greet(console: Console, bind: str) -> None:
    console.print(f"\n运维台账已启动：http://{bind}")
    console.print("演示时刻从 2026-11-20 10:00 起走（再次启动时接着上次走），按 Ctrl-C 停止")
    console.print(f"演示账号（密码均为 {PASSWORD}）：")
    for name, role in ACCOUNTS:
        console.print(f"  {name:<12}{role}")
    console.print()
