"""A server that is killed in the middle of a sync: on a database file of its own, by a real SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PREPARE = """
import os, json
import django
django.setup()
from django.core.management import call_command
from datetime import timedelta
"""
FURNISH = (
    PREPARE
    + """
call_command("migrate", verbosity=0)
from opsledger.apps.accounts.models import Membership, Organisation, User
from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem, Term
from opsledger.apps.duties.models import Occurrence, Round
from opsledger.kernel import clock
at, day = clock.now(), clock.today()
period = {"starts_on": day, "ends_on": day}
body = Organisation.objects.create(name="局", kind="buyer")
contract = Contract.objects.create(slug="c", name="合同", buyer=body, created_at=at, **period)
user = User.objects.create(username="engineer")
Membership.objects.create(user=user, contract=contract, role="engineer")
item = ServiceItem.objects.create(contract=contract, no="1", position=1, name="机房", **period)
term = Term.objects.create(contract=contract, item=item, key="t", kind="duty", data={}, summary="巡检")
duty = Obligation.objects.create(contract=contract, item=item, term=term, kind="duty", title="巡检", **period)
task = Occurrence.objects.create(contract=contract, obligation=duty, item=item, window_id="w", title="巡检", opens_on=day,
    closes_on=day, begins_at=at, due_at=at + timedelta(days=1), due_month=day.replace(day=1), state="under_way")
checks = [{"id": f"c{n}", "label": f"项{n}", "kind": "number"} for n in range(200)]
Round.objects.create(contract=contract, occurrence=task, item=item, template_key="x", template_version=1, started_at=at,
    checklist={"name": "表", "checks": checks})
"""
)
SYNC = (
    PREPARE
    + """
from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import User
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Answer, Round, RoundMutation
if os.environ.get("DIE"):
    # The answers are written; what marks them as taken in, and the commit, are still to come.
    RoundMutation.objects.bulk_create = lambda *a, **k: os.kill(os.getpid(), 9)
changes = [{"id": f"m{n}", "check": f"c{n}", "value": str(n), "base": 0} for n in range(200)]
result = services.save_answers(actor=actor_for(User.objects.get()), round_=Round.objects.get(), changes=changes, device="p")
print(json.dumps([len(result.saved), Answer.objects.count(), RoundMutation.objects.count(),
    sorted(set(Answer.objects.values_list("version", flat=True)))]))
"""
)
COUNT = PREPARE + "from opsledger.apps.duties.models import Answer\nprint(Answer.objects.count())"


@pytest.fixture
def run(tmp_path):
    """Run a script against a database file of its own; gives the exit code and what it printed."""
    env = {
        **os.environ,
        "OPSLEDGER_DATA_DIR": str(tmp_path),
        "OPSLEDGER_SECRET_KEY": "test-only",
        "DJANGO_SETTINGS_MODULE": "opsledger.site.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    env.pop("OPSLEDGER_DATABASE_URL", None)

    def do(code: str, **more: str) -> tuple[int, str]:
        call = [sys.executable, "-c", code]
        done = subprocess.run(
            call, env={**env, **more}, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
        return done.returncode, done.stdout.strip()

    return do


def test_a_server_killed_in_the_middle_of_a_sync_loses_and_doubles_nothing(run):
    assert run(FURNISH) == (0, "")
    assert run(SYNC, DIE="yes") == (-signal.SIGKILL, "")
    assert run(COUNT) == (0, "0")  # the whole batch or nothing: the phone still holds it
    for _ in range(2):  # sent again, and once more
        code, printed = run(SYNC)
        assert code == 0 and json.loads(printed) == [200, 200, 200, [1]]
