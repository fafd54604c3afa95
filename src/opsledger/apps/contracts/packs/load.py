"""A pack's directory read as a whole: every problem at once, or the typed pack."""

from __future__ import annotations

from pathlib import Path

from opsledger.apps.contracts.packs import contract
from opsledger.apps.contracts.packs.cursor import Cursor
from opsledger.apps.contracts.packs.items import Frame, read_assets, read_common, read_items
from opsledger.apps.contracts.packs.located import Problem, Sheet, read_sheet
from opsledger.apps.contracts.packs.model import Item, Pack, PartyName
from opsledger.apps.contracts.packs.rules import read_payment, read_scheme
from opsledger.apps.contracts.packs.sentences import PROBLEMS
from opsledger.apps.contracts.packs.terms import read_open_points
from opsledger.core.errors import DomainError
from opsledger.core.terms import TermKind

SHOWN = 20


def load_pack(path: Path | str) -> Pack:
    """The pack in the directory `path`.

    Raises ``pack.not_found`` when there is no contract.yaml and ``pack.invalid`` with `problems`, a list of
    ``{file, line, field, problem}`` naming everything that is wrong, in the order of files and lines.
    """
    folder = Path(path)
    if not (folder / "contract.yaml").is_file():
        raise DomainError("pack.not_found", path=str(path))
    problems: list[Problem] = []
    pack = _read_pack(folder, problems)
    if problems or pack is None:
        raise _invalid(folder, problems)
    return pack


def list_packs(folder: Path | str) -> list[Path]:
    """The directories of all packs in `folder`, by name; empty when there is no such directory."""
    return sorted(found.parent for found in Path(folder).glob("*/contract.yaml"))


def summary(pack: Pack) -> dict[str, object]:
    """`id`, `name`, number of `items` and number of `terms` by kind (every kind, zero too)."""
    counts = dict.fromkeys((str(kind) for kind in TermKind), 0)
    for term in pack.all_terms():
        counts[str(term.kind)] += 1
    return {"id": pack.id, "name": pack.name, "items": len(pack.items), "terms": counts}


def _invalid(folder: Path, problems: list[Problem]) -> DomainError:
    ordered = sorted(problems, key=lambda problem: (problem.file, problem.line, problem.field))
    listing = "\n".join(str(problem) for problem in ordered[:SHOWN])
    if len(ordered) > SHOWN:
        listing += f"\n……另有 {len(ordered) - SHOWN} 处"
    return DomainError(
        "pack.invalid",
        pack=folder.name,
        count=len(ordered),
        listing=listing,
        problems=[problem.as_dict() for problem in ordered],
    )


def _read_pack(folder: Path, problems: list[Problem]) -> Pack | None:
    sheet = read_sheet(folder / "contract.yaml", "contract.yaml", problems)
    root = Cursor(sheet)
    if sheet.data is None or not root.fields(contract.FIELDS, contract.REQUIRED):
        if sheet.data is None and not problems:
            root.report("not_mapping")
        return None
    pack_id = root.at("pack").text()
    if pack_id and pack_id != folder.resolve().name:
        root.at("pack").report("pack_id_differs", value=pack_id, folder=folder.resolve().name)
    frame = _frame(root)
    items = _read_all_items(folder, frame, problems)
    common = _optional(folder, "common.yaml", problems)
    assets = _optional(folder, "assets.yaml", problems)
    scheme = _optional(folder, "scheme.yaml", problems)
    payment = _optional(folder, "payment.yaml", problems)
    parties = root.at("parties")
    parties.fields({"buyer", "provider", "supervisor"}, ("buyer",))
    return Pack(
        id=pack_id,
        name=root.at("name").text(),
        project=root.at("project").text(),
        tender_no=root.at("tender_no").text(),
        time_zone=contract.read_zone(root.at("time_zone")),
        buyer=contract.read_party(parties.at("buyer")) or PartyName(""),
        provider=contract.read_party(parties.at("provider")),
        supervisor=contract.read_party(parties.at("supervisor")),
        period=frame.period,
        price_cny=root.at("price_cny").number(),
        default_window=frame.default_window,
        units=frame.units,
        windows=dict(frame.windows),
        office_hours=contract.read_office_hours(root.at("office_hours"), frame.units),
        severities=dict(frame.severities),
        items=items,
        common_terms=read_common(Cursor(common), frame) if common else (),
        assets=read_assets(Cursor(assets), frame.numbers) if assets else (),
        sources=contract.read_sources(root.at("sources")),
        open_points=read_open_points(root.at("open")),
        scheme=read_scheme(Cursor(scheme)) if scheme else None,
        payment=read_payment(Cursor(payment), root.at("price_cny").number()) if payment else None,
    )


def _frame(root: Cursor) -> Frame:
    windows = contract.read_windows(root.at("windows"))
    default = root.at("default_window").text()
    if default and default not in windows:
        root.at("default_window").report("unknown_window", value=default)
    return Frame(
        units=contract.read_units(root.at("units")),
        windows=windows,
        severities=contract.read_severities(root.at("severities")),
        period=contract.read_period(root.at("term")),
        default_window=default,
        clause_prefix=root.at("clause_prefix").text(),
    )


def _read_all_items(folder: Path, frame: Frame, problems: list[Problem]) -> tuple[Item, ...]:
    files = [*folder.glob("items.yaml"), *sorted(folder.glob("items/*.yaml"))]
    items: list[Item] = []
    for file in files:
        sheet = read_sheet(file, file.relative_to(folder).as_posix(), problems)
        if sheet.data is not None:
            items += read_items(Cursor(sheet), frame)
    if not items and not problems:
        problems.append(Problem("items.yaml", 1, "items", PROBLEMS["no_items"]))
    return tuple(items)


def _optional(folder: Path, name: str, problems: list[Problem]) -> Sheet | None:
    if not (folder / name).is_file():
        return None
    sheet = read_sheet(folder / name, name, problems)
    return sheet if sheet.data is not None else None
