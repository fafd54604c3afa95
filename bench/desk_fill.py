"""A desk with a long past, written by bulk: tickets, their facts, clocks and files, a whole ledger chain, the index.

Every row is what the services would have written (the chain verifies with `manage.py verify_ledger`, the search finds
it); only the way is another: COPY on PostgreSQL, executemany on SQLite, about 10,000 tickets a second for one core.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, islice
from random import Random
from typing import Any

from django.apps import apps
from django.db import connection

from opsledger.apps.accounts.models import Membership, Organisation, User
from opsledger.apps.contracts.models import Contract, ServiceItem, SeverityLevel, Term
from opsledger.apps.desk.models import Article
from opsledger.apps.desk.search_index import tokens
from opsledger.apps.ledger.services import contract_chain
from opsledger.core import chain as rules
from opsledger.core.terms import SlaMetric, SlaTerm, TimeUnit, describe, to_dict

AT = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
PAST = timedelta(days=2000)
OPEN = 300
BATCH = 20_000
# The words of fault reports, the frequent ones first: a word's share falls with its place (Zipf).
WORDS = [
    word
    for line in (
        "登录 打开 系统 页面 无法 报错 失败 数据 显示 白屏 检索 结果 为空 报表 导出 服务器 告警 扫描仪 卡顿 附件",
        "打不开 短信 验证码 数据库 连接 超时 打印机 网络 中断 密码 重置 账号 锁定 权限 调整 档案 接收 移交 目录 上传",
        "下载 缓慢 内存 不足 磁盘 空间 备份 恢复 证书 过期 接口 调用 异常 电子签章 流程 待办 消息 推送 同步 延迟",
        "门户 首页 栏目 空白 视频 会议 摄像头 离线 交换机 端口 光纤 断开 机房 温度 空调 漏水 UPS 电池 更换 键盘 鼠标",
        "显示器 花屏 驱动 安装 升级 补丁 漏洞 整改 病毒 查杀 防火墙 策略 VPN 拨号 域名 解析 日志 审计 等保 测评",
        "养老 补贴 发放 民政 婚姻 登记 社保 查询 医保 结算 公积金 提取 不动产 过户 税务 申报 财政 支付 预算 指标",
    )
    for word in line.split()
]
PLACES = ("二楼三个科室", "政务大厅5号窗口", "档案库房", "信息中心机房", "街道便民中心", "局办公室")


def world() -> Contract:
    """A contract of 14 units and 30 items with three limits each, with its people."""
    bureau = Organisation.objects.create(name="基准市数据局", kind="buyer")
    provider = Organisation.objects.create(name="基准运维公司", kind="provider")
    contract = Contract.objects.create(
        slug="bench",
        name="基准合同",
        buyer=bureau,
        provider=provider,
        starts_on=date(2020, 1, 1),
        ends_on=date(2026, 12, 31),
        created_at=AT,
        windows={"7x24": {"name": "7×24", "hours": "7x24"}},
    )
    for rank, word in enumerate(["严重故障", "一般故障"], 1):
        SeverityLevel.objects.create(contract=contract, set_id="core", word=word, rank=rank)
    units = [Organisation.objects.create(name=f"基准单位{n}", kind="unit") for n in range(14)]
    for number in range(30):
        item = ServiceItem.objects.create(
            contract=contract,
            no=f"{number + 1:02d}",
            position=number,
            name=f"基准系统{number + 1}",
            unit=units[number % 14],
            severity_sets=["core"],
            starts_on=contract.starts_on,
            ends_on=contract.ends_on,
        )
        limits = [(SlaMetric.RESPOND, 15, TimeUnit.MINUTE), (SlaMetric.ARRIVE, 1, TimeUnit.HOUR)]
        for metric, value, unit in [*limits, (SlaMetric.RESOLVE, 8, TimeUnit.HOUR)]:
            key = f"{item.no}.{metric}"
            term = SlaTerm(key=key, item=item.no, metric=metric, value=Decimal(value), unit=unit)
            Term.objects.create(
                contract=contract, item=item, key=key, kind="sla", data=to_dict(term), summary=describe(term)
            )
    people = [("manager", "manager", provider), ("unit", "unit", units[0])]
    people += [(f"engineer{n or ''}", "engineer", provider) for n in range(12)]
    for name, role, body in people:
        user = User.objects.create(username=name, full_name=f"基准{name}", organisation=body)
        Membership.objects.create(user=user, contract=contract, role=role, organisation=body)
    return contract


# -- rows -----------------------------------------------------------------------------------------
COLUMNS = {
    "desk_ticket": (
        "id contract_id number kind item_id unit_id scope severity severity_rank title description state "
        "reporter_id contact_name contact_phone line device fault place source assignee_id version reported_at "
        "updated_at next_due_at due_at due_metric breached over resolved_at confirmed_at cause solution reminders "
        "details rating rating_parts rating_note"
    ),
    "desk_ticketevent": (
        "id ticket_id kind action happened_at recorded_at actor_id actor_name data note private needs_confirmation"
    ),
    "desk_timer": (
        "id ticket_id metric cycle term_id state started_at due_at met_at next_at limit_text elapsed_seconds "
        "paused_seconds overrun_seconds warned_percent breach_recorded"
    ),
    "ledger_entry": (
        "id chain_id seq happened_at recorded_at actor_id actor_name verb subject_type subject_id subject_label "
        "unit_id changes request_id previous_hash hash"
    ),
    "ledger_attachment": "id file_id name subject_type subject_id uploaded_by_id uploaded_at",
    "desk_search": "",
}
_STORY = (
    ("reported", "report", "ticket.reported", 0),
    ("accepted", "accept", "ticket.accepted", 9),
    ("resolved", "resolve", "ticket.resolved", 140),
    ("confirmed", "confirm", "ticket.confirmed", 1500),
)
_LIMITS = (("respond", 15, "15分钟"), ("arrive", 60, "1小时"), ("resolve", 480, "8小时"))


class Past:
    """The rows of one contract's past, batch by batch."""

    def __init__(self, contract: Contract, number: int) -> None:
        self.contract, self.number = contract, number
        self.rnd = Random(7)
        self.items = list(ServiceItem.objects.filter(contract=contract).select_related("unit"))
        rows = Term.objects.filter(contract=contract)
        self.terms = {(term.item_id, term.data["metric"]): term.pk for term in rows}
        self.engineers = list(User.objects.filter(username__startswith="engineer"))
        self.unit = User.objects.get(username="unit")
        self.algorithm = rules.best_algorithm()
        self.head = rules.genesis(contract_chain(contract.pk), self.algorithm)
        self.weights = list(accumulate(1 / (place + 5) for place in range(len(WORDS))))
        self.step = PAST / max(number, 1)
        self.event = self.timer = self.file = 0
        self.made: dict[str, list[tuple[Any, ...]]] = {}

    def batches(self) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
        numbers = iter(range(self.number))
        while batch := list(islice(numbers, BATCH)):
            self.made = {table: [] for table in COLUMNS}
            for n in batch:
                self._ticket(n)
            yield self.made

    def words(self, number: int) -> str:
        return "".join(self.rnd.choices(WORDS, cum_weights=self.weights, k=number))

    def _ticket(self, n: int) -> None:
        item, closed = self.rnd.choice(self.items), n < self.number - OPEN
        engineer, key = self.rnd.choice(self.engineers), n + 1
        at = AT - PAST + self.step * n
        title, text = self.words(3), f"{self.rnd.choice(PLACES)}，{self.words(9)}"
        number = f"{at.year}-{key:05d}"
        due = AT + timedelta(minutes=self.rnd.randint(60, 6000))
        solution = self.words(4) if closed else ""
        self.made["desk_ticket"].append(
            (key, self.contract.pk, number, "incident", item.pk, item.unit_id, "", "一般故障", 2, title, text,
             "closed" if closed else "working", self.unit.pk, "基准unit", "", 1, "", "应用程序" if closed else "",
             "", "portal", engineer.pk, 4 if closed else 2, at, at, None if closed else due,
             None if closed else due, "" if closed else "resolve", False, closed,
             at + timedelta(minutes=140) if closed else None, at + timedelta(minutes=1500) if closed else None,
             self.words(2) if closed else "", solution, 0, "{}", 5 if closed else None, "{}", "")
        )  # fmt: skip
        label = f"工单{number} {title}"
        for kind, action, verb, after in _STORY if closed else _STORY[:2]:
            self._fact(key, item, engineer, kind, action, verb, at + timedelta(minutes=after), label, text)
        for metric, minutes, limit in _LIMITS:
            self.timer += 1
            met = at + timedelta(minutes=minutes / 2) if closed or metric == "respond" else None
            self.made["desk_timer"].append(
                (self.timer, key, metric, 1, self.terms[item.pk, metric], "met" if met else "running", at,
                 at + timedelta(minutes=minutes) if met else due, met, None if met else due, limit, minutes * 30, 0, 0,
                 0, False)
            )  # fmt: skip
        name = ""
        if n % 5 == 0:
            self.file += 1
            name = f"{self.words(2)}截图{n % 97}.png"
            self.made["ledger_attachment"].append((self.file, 1, name, "ticket", str(key), self.unit.pk, at))
        told = f"{number}\n{title}\n{text}\n{solution}\n基准unit\n{name}"
        self.made["desk_search"].append((key, tokens(told)))

    def _fact(
        self, key: int, item: ServiceItem, engineer: User, kind: str, action: str, verb: str,
        moment: datetime, label: str, text: str,
    ) -> None:  # fmt: skip
        self.event += 1
        first = kind == "reported"
        who = self.unit if kind in ("reported", "confirmed") else engineer
        data = {"item": str(item.pk), "severity": "一般故障"} if first else {}
        self.made["desk_ticketevent"].append(
            (self.event, key, kind, action, moment, moment, who.pk, str(who),
             json.dumps(data, ensure_ascii=False), text if first else "", False, False)
        )  # fmt: skip
        changes: dict[str, object] = {"item": item.numbered, "severity": "一般故障", "source": "网页报修"}
        if not first:
            changes = {"state": {"from": "处理中", "to": kind}}
        body = {
            "seq": self.head.sequence + 1,
            "happened_at": moment,
            "recorded_at": moment,
            "actor_id": who.pk,
            "actor_name": str(who),
            "verb": verb,
            "subject_type": "ticket",
            "subject_id": str(key),
            "subject_label": label,
            "unit_id": item.unit_id,
            "changes": changes,
            "request_id": f"{self.event:016x}",
        }
        entry = rules.append(self.head, body, self.algorithm)
        self.made["ledger_entry"].append(
            (self.event, _CHAIN_ID, *list(body.values())[:10], json.dumps(changes, ensure_ascii=False),
             body["request_id"], entry.previous_hash, entry.hash)
        )  # fmt: skip
        self.head = rules.Head(entry.sequence, entry.hash)


_CHAIN_ID = 1


def _unsaid(table: str) -> dict[str, Any]:
    """Columns that later versions added and that must hold something: their defaults."""
    model = next((one for one in apps.get_models() if one._meta.db_table == table), None)
    known = set(COLUMNS[table].split())
    if model is None:
        return {}
    found = {}
    for field in model._meta.concrete_fields:
        if field.column not in known and not field.null and not field.primary_key:
            value = field.get_default()
            found[field.column] = json.dumps(value) if isinstance(value, (list, dict)) else value
    return found


# -- writing --------------------------------------------------------------------------------------
def fill(contract: Contract, number: int) -> None:
    """Write a past of `number` tickets, all but a few hundred closed."""
    begun = time.perf_counter()
    past = Past(contract, number)
    with connection.cursor() as cursor:
        _prepare(cursor, contract, past)
        for at, made in enumerate(past.batches(), 1):
            for table, rows in made.items():
                _write(cursor, table, rows)
            if at % 5 == 0:
                done = min(at * BATCH, number)
                print(f"{done} tickets, {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        _finish(cursor, contract, past)
    _articles(contract)


def _prepare(cursor: Any, contract: Contract, past: Past) -> None:
    cursor.execute("DELETE FROM ledger_chain")
    at = _plain(AT) if connection.vendor == "sqlite" else AT
    name = contract_chain(contract.pk)
    cursor.execute(
        "INSERT INTO ledger_chain (id, name, algorithm, head_seq, head_hash, created_at) "
        "VALUES (%s, %s, %s, 0, %s, %s)",
        (_CHAIN_ID, name, past.algorithm, past.head.hash, at),
    )
    cursor.execute(
        "INSERT INTO ledger_storedfile (id, digest, algorithm, size, media_type, created_at) "
        "VALUES (1, %s, 'sha256', 1000, 'image/png', %s)",
        ("0" * 64, at),
    )
    if connection.vendor == "postgresql":
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'desk_search'")
        past.indexes = [row for row in cursor.fetchall() if "gin" in row[1]]  # type: ignore[attr-defined]
        for index, _ in past.indexes:  # type: ignore[attr-defined]
            cursor.execute(f"DROP INDEX {index}")


def _finish(cursor: Any, contract: Contract, past: Past) -> None:
    head = (past.head.sequence, past.head.hash, _CHAIN_ID)
    cursor.execute("UPDATE ledger_chain SET head_seq = %s, head_hash = %s WHERE id = %s", head)
    cursor.execute(
        "INSERT INTO desk_ticketnumber (contract_id, last) VALUES (%s, %s)", (contract.pk, past.number)
    )
    if connection.vendor == "postgresql":
        for _, made in past.indexes:  # type: ignore[attr-defined]
            cursor.execute(made)
        tables = [table for table, columns in COLUMNS.items() if columns]
        for table in [*tables, "ledger_chain", "ledger_storedfile"]:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SET synchronous_commit = on")
        cursor.execute("CHECKPOINT")
    else:
        cursor.execute("ANALYZE")


def _write(cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    more = _unsaid(table)
    if more:
        rows = [(*row, *more.values()) for row in rows]
    if connection.vendor == "postgresql":
        columns = [*COLUMNS[table].split(), *more] or ["ticket_id", "tokens"]
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((row[0], _vector(row[1])) if table == "desk_search" else row)
        return
    columns = [*COLUMNS[table].split(), *more] or ["rowid", "tokens"]
    marks = ", ".join(["%s"] * len(columns))
    if table == "desk_search":
        rows = [(key, " ".join(words)) for key, words in rows]
    else:
        rows = [tuple(map(_plain, row)) for row in rows]
    cursor.execute("BEGIN")
    cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    cursor.execute("COMMIT")


def _plain(value: Any) -> Any:
    """A moment as Django writes it into SQLite."""
    return value.replace(tzinfo=None).isoformat(" ") if isinstance(value, datetime) else value


def _vector(words: list[str]) -> str:
    """A tsvector as text: what to_tsvector('simple', …) makes of plain tokens."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, 1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(where)}" for word, where in places.items())


def _articles(contract: Contract) -> None:
    """Two thousand published articles."""
    rnd = Random(9)
    Article.objects.bulk_create(
        Article(contract=contract, title="".join(rnd.sample(WORDS, 3)), symptom="".join(rnd.sample(WORDS, 12)),
                solution="".join(rnd.sample(WORDS, 30)), state="published", created_at=AT, updated_at=AT)
        for _ in range(2000)
    )  # fmt: skip
