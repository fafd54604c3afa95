"""The people on their posts: who they are, what they may do, and who was there in the last weeks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties import services as duties
from opsledger.apps.duties.models import StaffMember
from opsledger.core.calendars import WorkingCalendar
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage
from opsledger.kernel import clock

# Of the posts that the contract asks for: how many people stand on each.
POSTS = {
    "all.onsite": 15,
    "12.onsite": 1,
    "15.technician": 1,
    "16.building": 1,
    "16.lead": 1,
    "23.onsite": 1,
    "24.onsite": 2,
    "30.onsite": 4,
}
PAPERS = (
    ("信息系统运维工程师", date(2027, 9, 30)),
    ("网络工程师（中级）", date(2026, 12, 20)),
    ("注册信息安全专业人员", date(2027, 4, 15)),
    ("数据库管理员认证", date(2026, 12, 31)),
    ("弱电工程师", None),
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹"
WEEKS = 2


def schedule(stage: Stage, cast: Cast, until: datetime) -> int:
    """Everybody takes their post; the attendance of the last weeks is played day by day."""
    members = _take_posts(cast)
    calendar = WorkingCalendar.china()
    today = clock.local(until).date()
    first = max(today - timedelta(days=7 * WEEKS), date(2026, 1, 4))
    absent = {(members[3], today - timedelta(days=2)), (members[7], today - timedelta(days=9))}
    for day in (first + timedelta(days=n) for n in range((today - first).days + 1)):
        if calendar.is_working_day(day):
            _play_day(stage, cast, day, members, absent)
    return len(members)


def _take_posts(cast: Cast) -> list[int]:
    found = []
    rows = {
        row.term.key: row
        for row in Obligation.objects.filter(contract=cast.contract, term__kind="staffing").select_related(
            "term"
        )
    }
    for key, number in POSTS.items():
        row = rows[key]
        for _ in range(number):
            place = len(found)
            paper, until = PAPERS[place % len(PAPERS)]
            user_id = cast.engineers[place].user_id if place < len(cast.engineers) else None
            user = cast.users.get(user_id or 0)
            said = {
                "name": user.full_name if user else f"{SURNAMES[place]}演示",
                "user": user,
                "role": row.term.data["role"],
                "qualification": paper,
                "qualification_until": until,
                "confidentiality_on": date(2025, 12, 30),
                "starts_on": date(2026, 1, 1),
            }
            found.append(duties.add_member(actor=cast.manager, obligation=row, said=said).pk)
    return found


def _play_day(stage: Stage, cast: Cast, day: date, members: list[int], absent: set[tuple[int, date]]) -> None:
    zone = clock.zone()
    for place, pk in enumerate(members):
        if (pk, day) in absent:
            morning = datetime.combine(day, time(8, 10), zone)
            stage.at(morning, lambda at, pk=pk, day=day: _leave(cast, pk, day))
            continue
        begin = datetime.combine(day, time(8, 15 + place * 2 % 25), zone)
        end = datetime.combine(day, time(18, place * 3 % 40), zone)
        stage.at(begin, lambda at, pk=pk: _check(cast, pk))
        stage.at(end, lambda at, pk=pk: _check(cast, pk))


def _check(cast: Cast, pk: int) -> None:
    duties.check_in(actor=cast.manager, member=StaffMember.objects.get(pk=pk))


def _leave(cast: Cast, pk: int, day: date) -> None:
    member = StaffMember.objects.get(pk=pk)
    duties.record_leave(actor=cast.manager, member=member, first=day, last=day, reason="年休假")
