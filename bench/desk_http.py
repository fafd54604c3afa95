"""The same calls over HTTP: one gunicorn worker as `opsledger serve` starts it, one kept connection, one call at a time."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
_STARTS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    status_code: int
    content: bytes


class Caller:
    """Speaks like Django's test client, to a server; `cookie` is the session of somebody signed in."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = {"Cookie": f"sessionid={cookie}"} if cookie else {}

    def get(self, path: str, **told: str) -> Answer:
        return self._ask("GET", path, None, told)

    def post(self, path: str, body: str, content_type: str = "application/json", **told: str) -> Answer:
        return self._ask("POST", path, body.encode(), {**told, "HTTP_CONTENT_TYPE": content_type})

    def _ask(self, verb: str, path: str, body: bytes | None, told: dict[str, str]) -> Answer:
        headers = {name.removeprefix("HTTP_").replace("_", "-"): value for name, value in told.items()}
        try:
            answer = self._send(verb, path, body, headers)
        except ConnectionError:  # the server closes what was idle for a while
            self.link.close()
            answer = self._send(verb, path, body, headers)
        return Answer(answer.status, answer.read())

    def _send(
        self, verb: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        self.link.request(verb, quote(path, safe="/?=&%"), body, {**self.cookie, **headers})
        return self.link.getresponse()


@contextmanager
def server(shift: float) -> Iterator[int]:
    """The port of a server on the database that this process uses, its clock set on by so many seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"OPSLEDGER_CLOCK_OFFSET_SECONDS": f"{shift:.0f}", "PYTHONPATH": str(ROOT / "src")}
    env["OPSLEDGER_ALLOWED_HOSTS"] = "127.0.0.1"
    call = [sys.executable, "-m", "opsledger.cli", "serve", "--bind", f"127.0.0.1:{port}"]
    running = subprocess.Popen(call, env=env, cwd=ROOT)
    try:
        _wait(port)
        yield port
    finally:
        running.terminate()
        running.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        try:
            if Caller(port).get("/healthz").status_code == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server does not answer")
