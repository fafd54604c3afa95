"""What leaves the house: once per event and channel, again after a failure, not at night; calendar and figures."""

from __future__ import annotations

import hashlib
import hmac
import http.server
import json
import threading
from datetime import UTC, datetime, time, timedelta

import pytest

from opsledger.adapters import outgoing
from opsledger.apps.desk import services
from opsledger.apps.desk.models import Channel, Delivery
from opsledger.apps.desk.services.channels import add_channel
from opsledger.apps.desk.services.outbox import MAX_TRIES
from opsledger.apps.desk.services.telling import quiet_end
from opsledger.core.errors import DomainError
from opsledger.kernel import errors

BASE = "/c/demo-2026"


@pytest.fixture(autouse=True)
def inside(settings):
    """The receivers of these tests stand on loopback, which an installation has to allow."""
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def receiver():
    """A real HTTP server on loopback that keeps what it is sent; `answers` are the statuses to come."""
    taken: list[tuple[dict[str, str], bytes]] = []
    answers: list[int] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((dict(self.headers), body))
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.taken, server.answers = taken, answers
    server.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield server
    server.shutdown()
    server.server_close()


def channel(desk, **told):
    said = {"kind": "webhook", "name": "统一门户", "address": "http://127.0.0.1:9/x", **told}
    return add_channel(actor=desk.actor("manager"), contract=desk.world.contract, **said)


def test_a_signed_webhook_arrives_once(desk, receiver):
    hook = channel(desk, address=receiver.url)
    ticket = desk.report()
    with desk.later(minutes=1) as at:
        assert services.send_due(at) == 1
        assert services.send_due(at) == 0
    headers, body = receiver.taken[0]
    expected = "sha256=" + hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
    assert {name.lower(): value for name, value in headers.items()}["x-opsledger-signature"] == expected
    told = json.loads(body)
    assert told["event"] == "ticket.reported" and told["ticket"]["number"] == ticket.number


def test_a_failure_is_tried_again_with_growing_pauses(desk, receiver):
    receiver.answers += [500, 503]
    channel(desk, address=receiver.url)
    desk.report()
    sent = []
    for seconds in range(0, 200, 5):
        with desk.later(seconds=seconds) as at:
            before = len(receiver.taken)
            services.send_due(at)
            if len(receiver.taken) > before:
                sent.append(seconds)
    # At once, 30 s after the first failure, 60 s after the second.
    assert sent == [0, 30, 90]
    assert Delivery.objects.get().state == "sent"


def test_a_channel_that_never_answers_is_given_up(desk):
    channel(desk)
    desk.report()

    def broken(found, delivery):
        raise ConnectionError("没有连上")

    at = desk.start
    for _ in range(MAX_TRIES + 3):
        services.send_due(at, broken)
        at += timedelta(hours=3)
    found = Delivery.objects.get()
    assert (found.state, found.tries, found.last_error) == ("failed", MAX_TRIES, "没有连上")


def test_a_worker_that_died_while_sending(desk, receiver):
    channel(desk, address=receiver.url)
    desk.report()
    Delivery.objects.update(state="sending", next_try_at=desk.start + timedelta(minutes=5))
    with desk.later(minutes=4) as at:
        assert services.send_due(at) == 0
    with desk.later(minutes=6) as at:
        assert services.send_due(at) == 1


def test_quiet_hours_run_over_midnight():
    night = (time(22), time(7))
    assert quiet_end(datetime(2026, 3, 11, 15, 0, tzinfo=UTC), *night).hour == 7
    early = quiet_end(datetime(2026, 3, 11, 20, 0, tzinfo=UTC), *night)
    assert early.astimezone(UTC) == datetime(2026, 3, 11, 23, 0, tzinfo=UTC)
    noon = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
    assert quiet_end(noon, *night) == noon and quiet_end(noon, None, None) == noon


def test_a_digest_goes_as_one(desk):
    channel(desk, kind="apprise", address="json://127.0.0.1/", digest_minutes=15)
    desk.report()
    desk.report(title="第二件")
    sent = []
    with desk.later(minutes=14) as at:
        assert services.send_due(at, lambda c, d: sent.append(d.body)) == 0
    with desk.later(minutes=15) as at:
        assert services.send_due(at, lambda c, d: sent.append((d.title, d.body))) == 1
    assert sent[0][0] == "2 条工单消息" and "第二件" in sent[0][1]


def test_a_personal_channel_hears_only_what_concerns_one(desk):
    add_channel(
        actor=desk.actor("engineer"),
        contract=desk.world.contract,
        kind="apprise",
        name="我的",
        address="json://127.0.0.1/",
        personal=True,
    )
    ticket = desk.report()
    assert Delivery.objects.count() == 0
    desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"])
    assert [row.title.split("：")[0] for row in Delivery.objects.all()] == ["派给您的工单"]
    desk.do(ticket, "add_note", "manager", note="内部", private=True)
    assert Delivery.objects.count() == 1


def test_channels_on_the_page(desk):
    told = {"kind": "webhook", "name": "门户", "address": "ftp://x", "digest_minutes": 0}
    manager = desk.world.client("manager")
    assert "无法使用" in manager.post(f"{BASE}/channels/", told).content.decode()
    assert (
        manager.post(f"{BASE}/channels/", {**told, "address": "https://example.invalid/h"}).status_code == 302
    )
    assert "门户" not in desk.world.client("engineer").get(f"{BASE}/channels/").content.decode()
    with pytest.raises(DomainError, match=r"access\.denied"):
        add_channel(
            actor=desk.actor("engineer"),
            contract=desk.world.contract,
            kind="webhook",
            name="x",
            address="https://x",
        )
    manager.post(f"{BASE}/channels/", {"drop": Channel.objects.get().pk})
    assert not Channel.objects.get().active


def test_the_calendar_feed_is_ones_own(desk, client):
    ticket = desk.working()
    shown = desk.world.client("engineer").get(f"{BASE}/channels/").content.decode()
    address = "/feeds/" + shown.split("/feeds/")[1].split("</code>")[0]
    book = client.get(address)
    assert book["Content-Type"].startswith("text/calendar")
    assert f"到场时限：{ticket.number}" in book.content.decode().replace("\r\n ", "")
    assert client.get("/feeds/forged.ics").status_code == 404


def test_figures_for_prometheus(desk, client, settings):
    desk.report()
    with desk.later(hours=1) as at:
        services.sweep_due(at)
    text = client.get("/metrics").content.decode()
    assert 'opsledger_tickets{contract="demo-2026",kind="incident",state="reported"} 1.0' in text
    assert 'opsledger_timers_breached_open{contract="demo-2026",metric="respond"} 1.0' in text
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.8").status_code == 404
    settings.METRICS_TOKEN = "s3cret"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer s3cret").status_code == 200


# -- where nothing may be sent --------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x",
        "http://localhost:8000/",
        "http://10.1.2.3/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
def test_no_webhook_leads_into_the_house(desk, settings, address):
    settings.OUTGOING_NETWORKS = []
    with pytest.raises(DomainError) as refused:
        channel(desk, address=address)
    assert refused.value.code == "channel.inner_address"
    assert "内部地址" in errors.sentence(refused.value)


@pytest.mark.parametrize(
    "address", ["ftp://x", "http://", "http://a:b@1.1.1.1/", "http://[::1", "http://x:99999999/", "wecombot"]
)
def test_what_is_no_address_of_a_webhook(desk, address):
    with pytest.raises(DomainError, match=r"channel\.bad_address"):
        channel(desk, address=address)


@pytest.mark.parametrize("address", ["syslog://", "json://127.0.0.1/", "mailto://u:p@10.0.0.1"])
def test_a_message_channel_does_not_either(desk, settings, address):
    settings.OUTGOING_NETWORKS = []
    with pytest.raises(DomainError, match=r"channel\."):
        channel(desk, kind="apprise", address=address)


def test_a_name_that_leads_inside_later_is_not_followed(desk, receiver, settings):
    """The name was in the open when the channel was laid; when the message goes it points to this machine."""
    hook = channel(desk, address=receiver.url)
    settings.OUTGOING_NETWORKS = []
    desk.report()
    services.send_due(desk.start)
    found = Delivery.objects.get()
    assert not receiver.taken and found.state == "waiting" and "不是公网地址" in found.last_error
    shown = desk.world.client("manager").get(f"{BASE}/channels/").content.decode()
    assert "不是公网地址" in shown and hook.name in shown


def test_the_call_goes_to_the_address_that_was_looked_at(receiver, monkeypatch):
    asked = []

    def resolve(host, port):
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(outgoing, "_resolve", resolve)
    url = receiver.url.replace("127.0.0.1", "portal.example.invalid")
    assert outgoing.post(url, b"{}", {}, allowed=["127.0.0.0/8"]) == 204
    # Asked once; the server still hears the name.
    assert asked.count("portal.example.invalid") == 1
    assert receiver.taken[0][0]["Host"].startswith("portal.example.invalid:")


def test_one_inner_address_among_several_is_enough_to_refuse(monkeypatch):
    def both(*told, **more):
        return [(2, 1, 6, "", ("1.1.1.1", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]

    monkeypatch.setattr(outgoing, "_resolve", both)
    with pytest.raises(outgoing.Refused, match=r"10\.0\.0\.1"):
        outgoing.check_host("x.example.invalid", [])
    assert str(outgoing.check_host("x.example.invalid", ["10.0.0.0/8"])) == "1.1.1.1"


def test_a_redirect_is_a_failure(desk, receiver):
    receiver.answers += [302]
    channel(desk, address=receiver.url)
    desk.report()
    services.send_due(desk.start)
    assert Delivery.objects.get().state == "waiting" and len(receiver.taken) == 1


def test_what_was_given_up_is_sent_again_on_request(desk, receiver):
    hook = channel(desk, address=receiver.url)
    desk.report()
    Delivery.objects.update(state="failed", tries=MAX_TRIES, next_try_at=None, last_error="没有连上")
    told = {"retry": hook.pk}
    assert desk.world.client("engineer").post(f"{BASE}/channels/", told).status_code == 403
    assert desk.world.client("manager").post(f"{BASE}/channels/", told).status_code == 302
    assert services.send_due(desk.start) == 1 and len(receiver.taken) == 1
