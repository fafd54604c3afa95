"""The routine of the year: most of it done in time, some late, some missed, some sent back."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from opsledger.apps.duties import services as duties
from opsledger.apps.duties.models import Occurrence
from opsledger.core.errors import DomainError
from opsledger.demo import rounds
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage
from opsledger.kernel import clock

# Of a thousand occurrences: done late, never done, sent back once.
LATE, MISSED, RETURNED = 6, 4, 15
NOTES = (
    "逐项检查，运行正常。",
    "按检查表完成，未发现异常；磁盘使用率处于正常范围。",
    "完成，日志无异常告警，备份任务成功。",
    "完成，发现一处告警已当场处理，复查正常。",
    "完成，与使用单位联络员现场确认。",
)


def schedule(stage: Stage, cast: Cast, until: datetime) -> int:
    """Schedule the work on every occurrence that is due before the demonstration begins."""
    rows = Occurrence.objects.filter(contract=cast.contract, due_at__lte=until + timedelta(days=2))
    rows = rows.select_related("item", "obligation").order_by("due_at", "pk")
    number = 0
    for row in rows:
        number += 1
        _plan_one(stage, cast, row)
    return number


def _plan_one(stage: Stage, cast: Cast, row: Occurrence) -> None:
    lot = stage.random.randrange(1000)
    if lot < MISSED:
        return
    span = max(row.due_at - row.begins_at, timedelta(minutes=10))
    if lot < MISSED + LATE:
        moment = row.due_at + timedelta(hours=stage.random.randint(2, 40))
    else:
        moment = row.begins_at + span * stage.random.uniform(0.35, 0.97)
    moment = _office(moment, row)
    stage.at(moment, lambda at: _submit(stage, cast, row.pk, at, sent_back=lot >= 1000 - RETURNED))


def _office(moment: datetime, row: Occurrence) -> datetime:
    """Into the working day where that keeps the due moment."""
    there = clock.local(moment)
    if 8 <= there.hour < 18:
        return moment
    shifted = there.replace(hour=9 + there.minute % 8)
    late = moment > row.due_at
    return shifted if row.begins_at <= shifted and (shifted <= row.due_at or late) else moment


def _submit(stage: Stage, cast: Cast, pk: int, at: datetime, *, sent_back: bool) -> None:
    row = Occurrence.objects.select_related("item", "obligation", "contract").get(pk=pk)
    actor = cast.manager if row.obligation.owner_role == "manager" else cast.owner_of(row.item)

    def handed_in(then: datetime) -> None:
        _check(stage, cast, row, then, sent_back=sent_back)

    try:
        if rounds.wanted(row, at):
            rounds.go(stage, actor, row, lambda: _photo(stage, row, at), handed_in)
            return
        duties.submit_occurrence(actor=actor, occurrence=row, submission=_submission(stage, row, at))
    except DomainError:
        # Closed meanwhile by a sweep (accepted without objection): nothing is left to do.
        return
    handed_in(at)


def _submission(stage: Stage, row: Occurrence, at: datetime) -> duties.Submission:
    """What the evidence rule asks for, on a plain form."""
    rule = row.obligation.evidence or {}
    uploads = [_photo(stage, row, at) for _ in range(int(rule.get("photos") or 0))]
    uploads += [_file(row, at) for _ in range(int(rule.get("files") or 0))]
    return duties.Submission(
        note=stage.random.choice(NOTES),
        numbers={name: str(stage.random.randint(20, 80)) for name in rule.get("numbers") or ()},
        uploads=uploads,
    )


def _check(stage: Stage, cast: Cast, row: Occurrence, at: datetime, *, sent_back: bool) -> None:
    """What becomes of a handed-in occurrence: the unit signs where it must, the supervisor verifies or returns."""
    pk = row.pk
    signs = bool((row.obligation.evidence or {}).get("unit_signs"))
    if signs and row.item:
        later = at + timedelta(hours=stage.random.randint(1, 20))
        stage.at(later, lambda then: _sign(cast, pk))
    check = at + stage.between(timedelta(hours=3), timedelta(days=2))
    if sent_back:
        stage.at(check, lambda then: _return(stage, cast, pk, then))
    else:
        stage.at(check + timedelta(hours=20 if signs else 0), lambda then: _verify(cast, pk))


def _sign(cast: Cast, pk: int) -> None:
    row = Occurrence.objects.select_related("item", "obligation").get(pk=pk)
    if row.state == "submitted" and row.item and row.signed_at is None:
        duties.sign_occurrence(actor=cast.unit_of(row.item), occurrence=row)


def _verify(cast: Cast, pk: int) -> None:
    row = Occurrence.objects.select_related("item", "obligation").get(pk=pk)
    if row.state == "submitted":
        duties.verify_occurrence(actor=cast.supervisor, occurrence=row, note="抽查佐证，与台账一致。")


def _return(stage: Stage, cast: Cast, pk: int, at: datetime) -> None:
    row = Occurrence.objects.select_related("item", "obligation").get(pk=pk)
    if row.state != "submitted":
        return
    duties.return_occurrence(
        actor=cast.supervisor, occurrence=row, reason="照片看不清设备编号，请补拍后重新提交。"
    )
    again = at + stage.between(timedelta(hours=2), timedelta(hours=20))
    stage.at(again, lambda then: _submit(stage, cast, pk, then, sent_back=False))


def _photo(stage: Stage, row: Occurrence, at: datetime) -> SimpleUploadedFile:
    """A drawn picture in the place of a photograph: its subject and moment on it, no two alike."""
    shade = stage.random.randint(60, 180)
    image = Image.new("RGB", (480, 320), (shade, shade + 20, shade + 40))
    pen = ImageDraw.Draw(image)
    for rack in range(5):
        x = 30 + rack * 88
        pen.rectangle((x, 60, x + 70, 280), fill=(35, 40, 48))
        for unit in range(9):
            lit = stage.random.random() < 0.93
            pen.ellipse(
                (x + 52, 70 + unit * 23, x + 60, 78 + unit * 23),
                fill=(60, 210, 110) if lit else (230, 70, 60),
            )
    pen.text((12, 296), f"DEMO {clock.local(at):%Y-%m-%d %H:%M} #{row.pk}", fill=(255, 255, 255))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    return SimpleUploadedFile(f"现场照片-{row.pk}.jpg", buffer.getvalue(), content_type="image/jpeg")


def _file(row: Occurrence, at: datetime) -> SimpleUploadedFile:
    text = (
        f"{row.title}\n任务：{row.window_id}\n完成时间：{clock.local(at):%Y-%m-%d %H:%M}\n"
        "检查项目：运行状态、日志、备份、存储空间、安全告警\n结论：正常\n（演示数据）\n"
    )
    return SimpleUploadedFile(
        f"{row.title[:40].replace('/', '-')}-{row.window_id}.txt", text.encode(), content_type="text/plain"
    )
