"""The page on which anyone can check a limit."""

from __future__ import annotations

QUERY = (
    "/tools/limits/?start=2026-02-13T16:00&amount=8&unit=hours"
    "&window=周一至周五 8:30-12:00,14:30-18:00&hours=&pause_from=&pause_to=&at=2026-02-14T09:00"
)


def test_the_sum_is_shown(world):
    # Friday 16:00-18:00 = 2 h; Saturday 14 February is a make-up day: 8:30-12:00 = 3.5 h -> 5.5 h,
    # 14:30 + 2.5 h = 17:00.  At Saturday 9:00: 2 h + 30 min = 150 minutes.
    answer = world.client("unit").get(QUERY).content.decode()
    assert "2月14日（周六）17:00" in answer
    assert "已用 150 分钟" in answer
    assert 'class="w-makeup"' in answer


def test_what_cannot_be_computed_says_why(world):
    client = world.client("unit")
    bad = "/tools/limits/?start=2026-02-13T16:00&amount=8&unit=hours&window=other&hours=随便什么时候"
    answer = client.get(bad)
    assert answer.status_code == 200
    assert "alert-danger" in answer.content.decode()
    empty = client.get("/tools/limits/?start=abc&amount=-1").content.decode()
    assert "invalid-feedback" in empty
