"""What one is told in the application is heard of by one's own ways too; the ladder names its channels."""

from __future__ import annotations

from datetime import time

import pytest

from opsledger.apps.accounts.models import Notice
from opsledger.apps.accounts.services import issue_token, notify
from opsledger.apps.desk import services
from opsledger.apps.desk.models import Delivery, LadderStep
from opsledger.apps.desk.services import outbox
from opsledger.apps.desk.services.addresses import robot_address
from opsledger.apps.desk.services.channels import add_channel
from opsledger.apps.desk.services.timing import sweep_due
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

URL = "/c/demo-2026/tickets/2026-00001/"


@pytest.fixture(autouse=True)
def inside(settings):
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]
    settings.SITE_URL = "https://ops.example.invalid"


def lay(desk, who, name="群", **told):
    said = {"kind": "apprise", "address": "json://127.0.0.1/", "name": name, **told}
    return add_channel(actor=desk.actor(who), contract=desk.world.contract, **said)


def heard(channel):
    return [row.title for row in Delivery.objects.filter(channel=channel).order_by("pk")]


def test_the_warning_reaches_the_persons_own_channel_once(desk):
    mine = lay(desk, "engineer", "我的", personal=True)
    others = lay(desk, "engineer2", "别人的", personal=True)
    desk.working()  # to arrive within an hour; the default ladder tells at 50 % and 80 %
    Delivery.objects.all().delete()
    with desk.later(minutes=30) as at:
        sweep_due(at)
        sweep_due(at)
    assert heard(mine) == ["到场时限将到：2026-00001 登录后白屏"] and heard(others) == []
    told = Delivery.objects.get(channel=mine)
    assert told.body == "到场时限1小时，已过50%，还剩30分钟。"
    assert told.payload == {"url": URL, "ticket": {"number": "2026-00001"}}
    assert outbox.link(told) == f"https://ops.example.invalid{URL}"


def test_a_group_hears_of_a_share_of_the_limit_once(desk):
    group = lay(desk, "manager")
    desk.working()
    Delivery.objects.all().delete()
    with desk.later(minutes=48) as at:  # 80 %: the engineer and the manager are told, the group once
        sweep_due(at)
    assert heard(group).count("到场时限将到：2026-00001 登录后白屏") == 1 + 1  # 50 % and 80 %
    bodies = [row.body for row in Delivery.objects.filter(channel=group).order_by("pk")]
    assert [text.split("，")[1] for text in bodies] == ["已过50%", "已过80%"]
    Delivery.objects.all().delete()
    with desk.later(minutes=61) as at:
        sweep_due(at)
    assert heard(group) == ["到场已超时：2026-00001 登录后白屏"]


def test_the_ladder_names_the_way(desk):
    group, sms = lay(desk, "manager"), lay(desk, "manager", "短信网关")
    mine = lay(desk, "engineer", "我的", personal=True)
    for by, percent in [("app", 40), (f"channel:{sms.pk}", 60), ("all", 80)]:
        services.add_step(
            actor=desk.actor("manager"), contract=desk.world.contract, percent=percent, to="assignee", by=by
        )
    desk.working()
    Delivery.objects.all().delete()
    Notice.objects.all().delete()
    for minutes, reached in [(24, []), (36, [mine, sms]), (48, [mine, group, sms])]:
        with desk.later(minutes=minutes) as at:
            sweep_due(at)
        assert {row.channel_id for row in Delivery.objects.all()} == {one.pk for one in reached}
        Delivery.objects.all().delete()
    # In the application the engineer was told each time.
    assert Notice.objects.filter(user=desk.world.users["engineer"]).count() == 3


def test_a_channel_that_wants_other_things_is_left_alone(desk):
    ends = lay(desk, "manager", topics=["done"])
    desk.working()
    with desk.later(minutes=48) as at:
        sweep_due(at)
    assert heard(ends) == []
    ticket = desk.report(title="第二件")
    desk.do(ticket, "withdraw", "unit", reason="报错了")
    assert heard(ends) == ["演示unit撤销了工单：2026-00002 第二件"]


def test_what_is_no_ticket_is_told_too_and_never_twice(desk):
    mine = lay(desk, "engineer", "我的", personal=True)
    for _ in range(2):
        notify(
            users=[desk.world.users["engineer"]],
            title="明天的机房巡检",
            body="上午9:00",
            url="/c/demo-2026/occurrences/1/",
            contract_slug="demo-2026",
            dedupe="occurrence:1",
        )
    notify(users=[desk.world.users["engineer"]], title="别的合同", dedupe="x", contract_slug="other")
    notify(
        users=[desk.world.users["engineer"]],
        title="只在站内",
        dedupe="y",
        contract_slug="demo-2026",
        outward=False,
    )
    assert heard(mine) == ["明天的机房巡检"]
    assert Delivery.objects.get().payload["ticket"] == {"number": ""}


def test_a_swap_that_is_asked_for_reaches_the_colleague(desk):
    mine = lay(desk, "engineer2", "我的", personal=True)
    users = desk.world.users
    services.set_shift(
        actor=desk.actor("manager"),
        contract=desk.world.contract,
        on=desk.start.date(),
        part="day",
        user=users["engineer"],
    )
    shift = desk.world.contract.shifts.get()
    services.ask_swap(actor=desk.actor("engineer"), shift=shift, taker=users["engineer2"], reason="出差")
    assert len(heard(mine)) == 1


def test_a_digest_names_every_address_and_survives_a_second_round(desk):
    group = lay(desk, "manager", digest_minutes=15)
    desk.report()
    desk.report(title="第二件")

    def lost(channel, delivery):
        raise ConnectionError("断了")

    with desk.later(minutes=15) as at:
        assert outbox.send_due(at, lost) == 0
        desk.report(title="第三件")  # falls into the next digest
    sent = []
    with desk.later(minutes=30) as at:
        assert outbox.send_due(at, lambda channel, delivery: sent.append(delivery)) == 1
    assert [one.title for one in sent] == ["3 条工单消息"] and sent[0].channel == group
    for number in (1, 2, 3):
        assert sent[0].body.count(f"https://ops.example.invalid/c/demo-2026/tickets/2026-0000{number}/") == 1


def test_a_digest_of_other_things_is_not_called_one_of_tickets(desk):
    lay(desk, "engineer", "我的", personal=True, digest_minutes=15)
    for number in (1, 2):
        notify(
            users=[desk.world.users["engineer"]],
            title=f"任务{number}",
            contract_slug="demo-2026",
            dedupe=f"t{number}",
        )
    sent = []
    with desk.later(minutes=15) as at:
        outbox.send_due(at, lambda channel, delivery: sent.append(delivery.title))
    assert sent == ["2 条消息"]


def test_steps_without_a_word_of_it_tell_by_every_way(desk):
    step = services.add_step(
        actor=desk.actor("manager"), contract=desk.world.contract, percent=50, to="assignee"
    )
    assert step.by == LadderStep.By.ALL


def test_a_test_message_goes_at_once_and_one_at_a_time(desk):
    quiet = {"quiet_from": time(0, 0), "quiet_to": time(23, 59), "digest_minutes": 1440}
    group = lay(desk, "manager", **quiet)
    manager, told = desk.world.client("manager"), {"test": group.pk}
    page = manager.post("/c/demo-2026/channels/", told, follow=True).content.decode()
    assert "测试消息已交给后台发送" in page and "every 3s" in page
    assert (
        "上一条测试消息还没有发出"
        in manager.post("/c/demo-2026/channels/", told, follow=True).content.decode()
    )
    sent = []
    outbox.send_due(desk.start, lambda channel, delivery: sent.append(delivery.title))
    assert sent == ["测试消息：演示市政务信息化运维项目"]
    page = manager.get("/c/demo-2026/channels/").content.decode()
    assert "every 3s" not in page and "今天 10:00" in page
    for who in ("engineer", "unit"):
        assert desk.world.client(who).post("/c/demo-2026/channels/", told).status_code == 403
    gone = desk.world.client("manager").post("/c/demo-2026/channels/", {"test": "999999"}, follow=True)
    assert "已停用或不存在" in gone.content.decode()


def test_a_rung_names_only_a_way_of_its_contract(desk):
    mine = lay(desk, "engineer", "我的", personal=True)
    said = {"actor": desk.actor("manager"), "contract": desk.world.contract, "percent": 50, "to": "assignee"}
    for by in ("sms", f"channel:{mine.pk}", "channel:999999"):
        with pytest.raises(DomainError, match=r"ladder\.no_such_channel"):
            services.add_step(**said, by=by)
    group = lay(desk, "manager", "短信网关")
    page = desk.world.client("manager").get("/c/demo-2026/ladder/").content.decode()
    assert "站内、本人的通道和“短信网关”" in page and "我的" not in page.split("<form")[-1]
    posted = {"percent": 60, "to": "assignee", "by": f"channel:{group.pk}"}
    desk.world.client("manager").post("/c/demo-2026/ladder/", posted)
    assert LadderStep.objects.get().by == f"channel:{group.pk}"


def test_programs_lay_channels_of_topics_and_try_them(desk):
    _, secret = issue_token(
        actor=SYSTEM,
        user=desk.world.users["manager"],
        name="测试",
        scopes=["settings:write"],
        expires_at=None,
    )
    told = {"HTTP_AUTHORIZATION": f"Bearer {secret}", "content_type": "application/json"}
    base = "/api/v1/contracts/demo-2026"
    body = {"kind": "apprise", "name": "群", "address": "json://127.0.0.1/", "topics": ["limits"]}
    made = desk.world.client("manager").post(f"{base}/channels", body, **told).json()
    assert made["topics"] == ["limits"]
    again = [
        desk.world.client("manager").post(f"{base}/channels/{made['id']}/test", **told) for _ in range(2)
    ]
    assert [answer.status_code for answer in again] == [202, 409]
    assert again[1].json()["code"] == "channel.test_waits"
    rung = {"percent": 70, "to": "manager", "by": f"channel:{made['id']}"}
    answer = desk.world.client("manager").post(f"{base}/ladder", rung, **told)
    assert (answer.status_code, answer.json()[0]["by"]) == (201, rung["by"])
    wrong = desk.world.client("manager").post(f"{base}/ladder", {**rung, "by": "channel:999"}, **told)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "ladder.no_such_channel")


ROBOTS = [
    ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a-7c", "wecombot://693a-7c"),
    ("https://oapi.dingtalk.com/robot/send?access_token=0a1b2c", "dingtalk://0a1b2c"),
    ("https://open.feishu.cn/open-apis/bot/v2/hook/0123-ab", "feishu://0123-ab"),
    (" wecombot://693a-7c ", "wecombot://693a-7c"),
    ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
    (
        "http://oapi.dingtalk.com/robot/send?access_token=0a",
        "http://oapi.dingtalk.com/robot/send?access_token=0a",
    ),
]


@pytest.mark.parametrize(("pasted", "kept"), ROBOTS)
def test_a_robots_own_address_is_understood(pasted, kept):
    assert robot_address(pasted) == kept


def test_an_address_that_no_way_understands_is_refused_when_it_is_laid(desk):
    for address in ("nosuch://key", "wecombot://", "把消息发给我"):
        with pytest.raises(DomainError, match=r"channel\.bad_address"):
            lay(desk, "manager", address=address)
