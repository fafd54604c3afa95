"""Channels and codes are said anew instead of laid again; what changed is on record, what is secret is not."""

from __future__ import annotations

import json

import pytest

from opsledger.apps.desk.models import Channel, ReportCode
from opsledger.apps.desk.services.channel_changes import change_channel
from opsledger.apps.desk.services.channels import add_channel, drop_channel
from opsledger.apps.desk.services.ways_in import change_code, make_code
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"
SECRET = "SEC-abcdef-0123456789"


@pytest.fixture
def lay(desk):
    def do(
        who="manager", kind="webhook", address="https://example.gov.cn/hook", name="值班群", **told
    ) -> Channel:
        return add_channel(
            actor=desk.actor(who),
            contract=desk.world.contract,
            kind=kind,
            name=name,
            address=address,
            **told,
        )

    return do


@pytest.fixture(autouse=True)
def open_net(settings):
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]


def edit(desk, channel, who="manager", **told):
    said = {"name": channel.name, "digest_minutes": "0", **told}
    return desk.world.client(who).post(f"{BASE}/channels/{channel.pk}/", said)


def test_what_changed_is_recorded_and_the_rest_stays(desk, lay):
    channel = lay(address=f"http://127.0.0.1/{SECRET}", topics=["done"])
    secret = channel.secret
    page = desk.world.client("manager").get(f"{BASE}/channels/{channel.pk}/").content.decode()
    assert SECRET not in page and 'value="值班群"' in page and "不换地址请留空" in page
    told = {"name": "夜班群", "topics": ["limits", "tasks"], "quiet_from": "22:00", "quiet_to": "07:30"}
    assert edit(desk, channel, **told, digest_minutes="60").status_code == 302
    channel.refresh_from_db()
    assert (channel.name, channel.topics, channel.digest_minutes) == ("夜班群", ["limits", "tasks"], 60)
    assert channel.address.endswith(SECRET) and channel.secret == secret and channel.active
    entry = Entry.objects.get(verb="channel.changed")
    assert entry.changes["name"] == {"from": "值班群", "to": "夜班群"}
    assert entry.changes["quiet"] == {"from": "无", "to": "22:00–07:30"}
    assert entry.changes["every"]["to"] == "每60分钟" and "address" not in entry.changes
    # Saved again as it stands: nothing happened.
    assert edit(desk, channel, **told, digest_minutes="60").status_code == 302
    assert Entry.objects.filter(verb="channel.changed").count() == 1


def test_a_new_address_is_checked_as_on_creation_and_never_recorded(desk, lay):
    channel = lay(address="http://127.0.0.1/old")
    for wrong, words in [
        ("ftp://example.gov.cn/x", "无法使用"),
        ("http://10.0.0.8/x", "指向内部地址"),
        ("不是地址", "无法使用"),
    ]:
        answer = edit(desk, channel, address=wrong)
        assert answer.status_code == 200 and words in answer.content.decode()
        assert wrong in answer.content.decode()
    assert edit(desk, channel, address=f" http://127.0.0.1/{SECRET} ").status_code == 302
    channel.refresh_from_db()
    assert channel.address == f"http://127.0.0.1/{SECRET}"
    entry = Entry.objects.get(verb="channel.changed")
    assert entry.changes == {"address": "已更换"} and SECRET not in json.dumps(entry.changes)


def test_a_robot_takes_the_address_of_its_own_page(desk, lay):
    channel = lay(kind="apprise", address="json://127.0.0.1/a")
    robot = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"
    assert edit(desk, channel, address=robot).status_code == 302
    channel.refresh_from_db()
    assert channel.address.startswith("wecombot://")
    assert "无法使用" in edit(desk, channel, address="nosuch://x").content.decode()


def test_the_address_of_a_letter_is_shown(desk, lay):
    own = lay("engineer", kind="mail", address="a@example.gov.cn", name="我的", personal=True)
    client = desk.world.client("engineer")
    assert "a@example.gov.cn" in client.get(f"{BASE}/channels/{own.pk}/").content.decode()
    assert "不是邮箱地址" in edit(desk, own, "engineer", address="b@").content.decode()
    assert edit(desk, own, "engineer", address="").status_code == 302
    own.refresh_from_db()
    assert own.address == ""
    shared = lay(kind="mail", address="c@example.gov.cn")
    assert "不是邮箱地址" in edit(desk, shared, address="").content.decode()


@pytest.mark.parametrize("who", ["engineer", "unit", "supervisor", "other_unit", "stranger"])
def test_others_channels_are_out_of_reach(desk, lay, who):
    shared, own = lay(), lay("buyer", kind="mail", address="a@example.gov.cn", personal=True)
    for channel in (shared, own):
        assert edit(desk, channel, who, name="改").status_code == 404
        with pytest.raises(DomainError):
            change_channel(
                actor=desk.actor(who), contract=desk.world.contract, channel_id=channel.pk, name="改"
            )
    # Not even the manager's hand reaches a person's own.
    assert edit(desk, own, "manager", name="改").status_code == 404
    with pytest.raises(DomainError, match=r"channel\.gone"):
        change_channel(
            actor=desk.actor("manager"), contract=desk.world.contract, channel_id=own.pk, name="改"
        )
    assert not Entry.objects.filter(verb="channel.changed").exists()


def test_a_closed_channel_stays_closed(desk, lay):
    channel = lay()
    drop_channel(actor=desk.actor("manager"), contract=desk.world.contract, channel_id=channel.pk)
    assert edit(desk, channel, name="改").status_code == 404
    with pytest.raises(DomainError, match=r"channel\.gone"):
        change_channel(
            actor=desk.actor("manager"), contract=desk.world.contract, channel_id=channel.pk, name="改"
        )


def test_programs_change_channels_by_what_they_send(desk, lay, through):
    channel = lay(topics=["done"])
    path = f"/contracts/demo-2026/channels/{channel.pk}"
    told = through("buyer", "patch", path, {"quiet_from": "22:00", "quiet_to": "07:00"})
    assert (told["quiet_from"], told["topics"], told["name"]) == ("22:00", ["done"], "值班群")
    told = through("buyer", "patch", path, {"quiet_from": None, "quiet_to": None, "topics": []})
    assert (told["quiet_from"], told["topics"]) == (None, [])
    through("buyer", "patch", path, {"address": "http://10.0.0.8/"}, 400)
    through("buyer", "patch", path, {"secret": "x"}, 422)
    through("engineer", "patch", path, {"name": "改"}, 404)
    through("buyer", "patch", path, {"name": "改"}, 403, scopes=("settings:read",))


def test_a_code_is_said_anew_and_its_print_stays_good(desk):
    code = make_code(actor=desk.actor("manager"), item=desk.world.item, place="三楼", device="打印机")
    client = desk.world.client("manager")
    path = f"{BASE}/codes/{code.code}/"
    assert 'value="三楼"' in client.get(path).content.decode()
    assert client.post(path, {"place": "五楼 ", "device": "打印机"}).status_code == 302
    again = ReportCode.objects.get()
    assert (again.place, again.code, again.open_to_all) == ("五楼", code.code, False)
    entry = Entry.objects.get(verb="code.changed")
    assert entry.changes == {"place": {"from": "三楼", "to": "五楼"}}
    assert client.post(path, {"place": "五楼", "device": "打印机"}).status_code == 302
    assert Entry.objects.filter(verb="code.changed").count() == 1
    assert code.code in desk.world.client("unit").get(f"/r/{code.code}/")["Location"]


def test_opening_a_code_to_all_is_the_buyers(desk):
    code = make_code(actor=desk.actor("manager"), item=desk.world.item, place="三楼")
    manager, buyer = desk.world.client("manager"), desk.world.client("buyer")
    path = f"{BASE}/codes/{code.code}/"
    manager.post(path, {"place": "三楼", "open_to_all": "on"})
    assert not ReportCode.objects.get().open_to_all
    buyer.post(path, {"place": "三楼", "open_to_all": "on"})
    assert ReportCode.objects.get().open_to_all
    # What is open may be moved by the manager, and closed.
    manager.post(path, {"place": "四楼", "open_to_all": "on"})
    assert ReportCode.objects.get().place == "四楼" and ReportCode.objects.get().open_to_all
    manager.post(path, {"place": "四楼"})
    assert not ReportCode.objects.get().open_to_all
    desk.world.contract.settings = {"desk": {"open_codes": False}}
    desk.world.contract.save()
    assert "不允许扫码免登录" in buyer.post(path, {"open_to_all": "on"}).content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("engineer", 403), ("unit", 403), ("supervisor", 403), ("stranger", 404)]
)
def test_who_does_not_put_up_codes(desk, who, status):
    code = make_code(actor=desk.actor("manager"), item=desk.world.item, place="三楼")
    assert desk.world.client(who).post(f"{BASE}/codes/{code.code}/", {"place": "改"}).status_code == status
    with pytest.raises(DomainError):
        change_code(actor=desk.actor(who), code=code, place="改")
    assert desk.world.client("manager").get(f"{BASE}/codes/nosuch/").status_code == 404


def test_of_two_at_once_the_second_is_told(desk):
    code = make_code(actor=desk.actor("manager"), item=desk.world.item, place="三楼")
    stale = ReportCode.objects.select_related("contract", "item").get()
    change_code(actor=desk.actor("buyer"), code=code, place="四楼")
    with pytest.raises(DomainError, match=r"code\.moved_on"):
        change_code(actor=desk.actor("manager"), code=stale, place="五楼")


def test_programs_change_codes(desk, through):
    code = make_code(actor=desk.actor("manager"), item=desk.world.item, place="三楼", device="打印机")
    path = f"/contracts/demo-2026/codes/{code.code}"
    told = through("manager", "patch", path, {"place": "五楼"})
    assert (told["place"], told["device"], told["code"]) == ("五楼", "打印机", code.code)
    through("manager", "patch", path, {"open_to_all": True}, 403)
    assert through("buyer", "patch", path, {"open_to_all": True})["open_to_all"]
    through("unit", "patch", path, {"place": "x"}, 403)
    through("manager", "patch", "/contracts/demo-2026/codes/nosuch", {"place": "x"}, 404)
