"""Open points: choosing a reading of what the contract leaves open, as a change of the scheme's data."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from opsledger.core.errors import DomainError
from opsledger.core.scoring.choices import Unfilled
from opsledger.core.scoring.parse import parse
from opsledger.core.scoring.scheme import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the parties have settled: open point id → reading id; points not named keep their default.

    `unfilled` overrides what a row without a mark is worth (the forecast uses full marks).
    """

    readings: Mapping[str, str] = field(default_factory=dict)
    unfilled: Unfilled | None = None


DEFAULT = Settings()


def parse_scheme(data: object) -> Scheme:
    """The scheme in plain data as YAML or JSON gives it, checked under every reading of every open point.

    Raises ``DomainError("scheme.invalid", path=…, problem=…)`` with the path of the first thing wrong:
    a missing or unknown key, a wrong type, sums that do not add up, overlapping bands, a reading that
    sets a path that does not exist or makes the scheme invalid.
    """
    scheme = parse(data)
    _check_paths(scheme)
    for i, point in enumerate(scheme.open_points):
        for j, reading in enumerate(point.readings):
            try:
                with_readings(scheme, {point.id: reading.id})
            except DomainError as error:
                raise DomainError(
                    "scheme.invalid",
                    path=f"open_points[{i}].readings[{j}].set",
                    problem=f"{error.facts.get('path')}：{error.facts.get('problem')}",
                ) from error
    return scheme


def chosen_readings(scheme: Scheme, readings: Mapping[str, str]) -> dict[str, str]:
    """The reading in force for every open point.

    Raises ``scoring.unknown_reading`` for a point or a reading that the scheme does not name.
    """
    known = {point.id: {reading.id for reading in point.readings} for point in scheme.open_points}
    for point_id, reading_id in readings.items():
        if reading_id not in known.get(point_id, set()):
            raise DomainError("scoring.unknown_reading", point=point_id, reading=reading_id)
    return {point.id: readings.get(point.id, point.default) for point in scheme.open_points}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReading:
    """A reading that is not in force, with the settings under which it would be."""

    point_id: str
    question: str
    reading_id: str
    text: str
    settings: Settings


def other_readings(scheme: Scheme, settings: Settings = DEFAULT) -> tuple[OtherReading, ...]:
    """Each other reading of each open point, one changed at a time, to be shown beside the chosen result.

    Evaluate, roll up or forecast with the `settings` of each.
    """
    chosen = chosen_readings(scheme, settings.readings)
    return tuple(
        OtherReading(
            point_id=point.id,
            question=point.question,
            reading_id=reading.id,
            text=reading.text,
            settings=replace(settings, readings={**settings.readings, point.id: reading.id}),
        )
        for point in scheme.open_points
        for reading in point.readings
        if reading.id != chosen[point.id]
    )


def with_readings(scheme: Scheme, readings: Mapping[str, str]) -> Scheme:
    """The scheme as it stands under these readings (defaults for the points not named)."""
    chosen = chosen_readings(scheme, readings)
    if not chosen:
        return scheme
    key = tuple(chosen.items())
    if key not in scheme.resolved:
        scheme.resolved[key] = _resolved(scheme, chosen)
    return scheme.resolved[key]


def _resolved(scheme: Scheme, chosen: Mapping[str, str]) -> Scheme:
    data: Any = copy.deepcopy(dict(scheme.source))
    for point in scheme.open_points:
        reading = next(one for one in point.readings if one.id == chosen[point.id])
        for path, value in reading.sets.items():
            _set(data, path, value)
    return parse(data)


def _set(data: Any, path: str, value: object) -> None:
    *parents, last = path.split(".")
    spot = data
    for name in parents:
        spot = _step(spot, name, path)
    if not isinstance(spot, dict):
        raise _no_such(path, last)
    spot[last] = copy.deepcopy(value)


def _step(spot: Any, name: str, path: str) -> Any:
    """One step down: by key in a mapping, by id in a list."""
    if isinstance(spot, dict) and name in spot:
        return spot[name]
    if isinstance(spot, list):
        for entry in spot:
            if isinstance(entry, dict) and str(entry.get("id")) == name:
                return entry
    raise _no_such(path, name)


def _no_such(path: str, name: str) -> DomainError:
    return DomainError("scheme.invalid", path=path, problem=f"方案中没有“{name}”")


def _check_paths(scheme: Scheme) -> None:
    """All readings of a point set the same paths, and no two points the same one: order never matters."""
    owner: dict[str, str] = {}
    for i, point in enumerate(scheme.open_points):
        paths = set(point.readings[0].sets)
        for j, reading in enumerate(point.readings):
            here = f"open_points[{i}].readings[{j}].set"
            if set(reading.sets) != paths:
                raise DomainError("scheme.invalid", path=here, problem="各读法应设置同样的项")
        for path in paths:
            if path in owner:
                problem = f"“{path}”已由“{owner[path]}”设置"
                raise DomainError("scheme.invalid", path=f"open_points[{i}]", problem=problem)
            owner[path] = point.id
