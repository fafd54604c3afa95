"""opsledger serve: the web server (gunicorn, threads)."""

from __future__ import annotations

import argparse

from gunicorn.app.base import BaseApplication


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, set up from our own options instead of a file."""

    def __init__(self, options: dict[str, object]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        from opsledger.site.wsgi import application

        return application


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port (default 127.0.0.1:8000)")
    parser.add_argument("--workers", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--threads", type=int, default=8, help="threads in each process (default 8)")


def run(args: argparse.Namespace) -> int:
    Server(
        {
            "bind": args.bind,
            "workers": args.workers,
            "threads": args.threads,
            "worker_class": "gthread",
            "timeout": 120,
            "graceful_timeout": 5,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
    ).run()
    return 0
