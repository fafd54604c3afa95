"""From a band to money: what is deducted, payable and held back."""

from __future__ import annotations

from decimal import Decimal

from opsledger.core.scoring.choices import CountFrom, EffectKind, Of
from opsledger.core.scoring.facts import Money
from opsledger.core.scoring.results import MoneyResult
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import fen, num, yuan
from opsledger.core.scoring.scheme import Band, Effect, Scheme
from opsledger.core.scoring.units import units_in

_OPEN = {
    EffectKind.NEGOTIATE: "费用另行商议，商定前暂不支付",
    EffectKind.BREACH: "视同服务商违约，采购人有权终止合同，本期款项暂不支付",
    EffectKind.TERMINATE: "合同终止，本期款项按终止结算，暂不支付",
}


def settle(scheme: Scheme, band: Band, score: Decimal, money: Money) -> MoneyResult:
    """What the band means for the period's money, in yuan rounded half up to the fen.

    The deduction never exceeds the scheme's money cap nor the period's money, so that the payable sum is
    never negative; `wanted` keeps what the formula alone would take.
    """
    effect = band.effect
    base = fen(money.period_cny)
    if effect.kind in _OPEN:
        text = f"“{band.title}”：{effect.note or _OPEN[effect.kind]}"
        return _result(effect.kind, base, ZERO, ZERO, base, text)
    wanted, words = _wanted(scheme, band, score, money)
    deduction, limit = _limited(scheme, wanted, money)
    text = f"“{band.title}”：{words}{limit}；应付{yuan(base)} − {yuan(deduction)} = {yuan(base - deduction)}"
    return _result(effect.kind, base, wanted, deduction, ZERO, text)


def _result(
    kind: EffectKind, base: Decimal, wanted: Decimal, deduction: Decimal, withheld: Decimal, text: str
) -> MoneyResult:
    return MoneyResult(
        kind=kind,
        base_cny=base,
        wanted=wanted,
        deduction=deduction,
        payable=base - deduction - withheld,
        withheld=withheld,
        settled=kind not in _OPEN,
        text=text,
    )


def _wanted(scheme: Scheme, band: Band, score: Decimal, money: Money) -> tuple[Decimal, str]:
    effect = band.effect
    if effect.kind is EffectKind.FULL:
        return ZERO, "全额支付"
    base, name = _base(effect, money)
    if effect.kind is EffectKind.PER_POINT:
        points, counted = _points(scheme, band, score)
        sum_cny = fen(base * points * effect.rate / 1000)
        return (
            sum_cny,
            f"{counted}，{name}{yuan(base)} × {num(points)}分 × {num(effect.rate)}‰ = {yuan(sum_cny)}",
        )
    rate = effect.rate if effect.kind is EffectKind.DEDUCT_PERCENT else 100 - effect.rate
    sum_cny = fen(base * rate / 100)
    return sum_cny, f"扣{name}{yuan(base)} × {num(rate)}% = {yuan(sum_cny)}"


def _base(effect: Effect, money: Money) -> tuple[Decimal, str]:
    if effect.of is Of.TOTAL:
        return money.total_cny, "合同总价"
    return money.period_cny, "当期款项"


def _points(scheme: Scheme, band: Band, score: Decimal) -> tuple[Decimal, str]:
    """The points that cost money: from full marks, or only those below the band's upper edge."""
    high = band.interval.high
    start = scheme.base if effect_from_full(band.effect) or high is None else high
    points = units_in(max(ZERO, start - score), band.effect.partial)
    return points, f"从{num(start)}分起算，{num(start)} − {num(score)}，计{num(points)}分"


def effect_from_full(effect: Effect) -> bool:
    """Whether a per-point effect counts from full marks."""
    return effect.count_from is CountFrom.FULL


def _limited(scheme: Scheme, wanted: Decimal, money: Money) -> tuple[Decimal, str]:
    limits = [(fen(money.period_cny), "当期款项")]
    if scheme.money_cap is not None:
        total = scheme.money_cap.of is Of.TOTAL
        base = money.total_cny if total else money.period_cny
        name = f"{'合同总价' if total else '当期款项'}的{num(scheme.money_cap.percent)}%"
        limits.append((fen(base * scheme.money_cap.percent / 100), name))
    limit, name = min(limits, key=lambda pair: pair[0])
    if wanted <= limit:
        return wanted, ""
    return limit, f"，超过{name}，按{yuan(limit)}扣"
