"""How a limit changed while it ran, in sentences: the system was changed, the level was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from opsledger.apps.desk.folding import Folded
from opsledger.apps.desk.moves import Move
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.core import sla
from opsledger.kernel import clock


def told_changes(timer: sla.Timer, folded: Folded) -> Iterator[str]:
    """A sentence for each change of target, with what was due before; and one where a move ended or spared it."""
    moved = {move.at: move for move in folded.moves}
    word = METRIC_WORDS[timer.metric]
    began = _began(timer, folded)
    if began is not None:
        yield f"{_when(began.at)}{_moved(began)}：原系统没有约定这项时限，改后按新系统的约定，从受理时起算。"
    for before, after in pairwise(timer.targets):
        old, new = folded.terms[before.term_id].limit.text, folded.terms[after.term_id].limit.text
        why = _moved(moved[after.since]) if after.since in moved else "调整等级"
        base = "仍从受理时起算" if after.counts_from == timer.started_at else "从这时起算"
        yield (
            f"{_when(after.since)}{why}：原限{old}，应于{_when(before.due)}前{word}；"
            f"改限{new}，{base}，已用时间和暂停保留。"
        )
    if timer.state is sla.State.CANCELLED and timer.cancelled_at in moved:
        move = moved[timer.cancelled_at]
        yield f"{_when(move.at)}{_moved(move)}：改后的系统没有约定这项时限，不再计时。"
    elif timer.met_at and folded.former_item(timer) is not None:
        later = next(move for move in folded.moves if move.at > timer.met_at)
        yield f"{_when(later.at)}{_moved(later)}：这项时限在此前已经完成，仍按原系统的约定计算。"


def _began(timer: sla.Timer, folded: Folded) -> Move | None:
    """The move that brought the limit, where the item on which the timer starts had none such."""
    later = [move for move in folded.moves if move.at > timer.started_at]
    first = folded.terms[timer.targets[0].term_id]
    if not later or first.fits_item(str(later[0].former_id)):
        return None
    return next((move for move in later if first.fits_item(str(move.item_id))), None)


def _moved(move: Move) -> str:
    return f"改系统（{move.former} → {move.item}）"


def _when(moment: datetime) -> str:
    return f"{clock.local(moment):%m-%d %H:%M}"
