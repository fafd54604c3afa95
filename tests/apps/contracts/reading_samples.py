"""Small documents of our own, and a reading made from one of them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review import child
from opsledger.apps.contracts.services import reading_intake
from opsledger.kernel import clock
from opsledger.kernel.access import Actor
from opsledger.reader import read

SAMPLE = """测试市信息系统运维采购需求

需求1：门户网站运维（2026年1月1日至2026年12月31日）
提供7×24服务。
一般故障30分钟内响应，4小时内解决；重大故障15分钟内响应，2小时内解决。
每月巡检1次，每季度提交一次季度运维报告。
系统可用性不低于99.5%。

需求2：档案系统运维（2026年1月1日至2026年12月31日）
提供5×8服务。
一般故障1小时内响应，8小时内解决。
定期进行数据备份，备份数据保存30天。
每年开展应急演练2次。

需求3：机房环境运维（2026年1月1日至2026年12月31日）
提供7×24服务。
每半年除尘1次，故障4小时内到达现场。
"""


def upload(name: str = "需求.txt", content: bytes | str = SAMPLE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def told_of(text: str, name: str = "需求.txt") -> dict:
    """What the child says of a text, without starting a process."""
    return child.as_json(read(text.encode(), name))


def make_reading(actor: Actor, text: str = SAMPLE) -> DocumentReading:
    """A reading under review, stored as the worker stores it."""
    reading = reading_intake.start_reading(actor=actor, upload=upload(content=text))
    claimed = reading_intake.claim_reading(reading_id=reading.pk, at=clock.now())
    assert claimed is not None
    assert reading_intake.finish_reading(reading=claimed, told=told_of(text))
    reading.refresh_from_db()
    return reading
