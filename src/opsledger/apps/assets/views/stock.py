"""Labels, imports, spare parts."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.db.models import Q
from django.forms import Form as BareForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsledger.apps.assets import forms, selectors, services
from opsledger.apps.assets.models import ImportBatch
from opsledger.apps.assets.policies import KEEPERS, SPARES_READERS
from opsledger.apps.assets.services.reading import HEADINGS
from opsledger.apps.contracts import selectors as contracts
from opsledger.kernel import access, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

LABELS_A_SHEET = 24


def _keeps(request: HttpRequest, contract) -> bool:
    return bool(set(KEEPERS) & request.actor.roles(contract.pk))


@guard(*KEEPERS, access.BUYER)
def labels(request: HttpRequest, slug: str) -> HttpResponse:
    """QR labels on A4, three by eight; what the list was narrowed to, at most ten sheets."""
    contract = contracts.contract_for(request.actor, slug)
    rows = selectors.assets_for(request.actor, contract).exclude(state="retired").order_by("code")
    said = {name: text.replace("\x00", "") for name, text in request.GET.items()}
    for name in ("klass", "kind", "state"):
        if said.get(name):
            rows = rows.filter(**{name: said[name]})
    if said.get("item"):
        rows = rows.filter(item__no=said["item"])
    if said.get("q"):
        rows = rows.filter(
            Q(code__icontains=said["q"]) | Q(name__icontains=said["q"]) | Q(place__icontains=said["q"])
        )
    made = []
    for one in rows[: LABELS_A_SHEET * 10]:
        url = request.build_absolute_uri(reverse("assets:asset", args=[slug, one.code]))
        code = segno.make(url, error="m")
        made.append({"asset": one, "size": code.symbol_size(border=0)[0], "path": _path(code)})
    sheets = [made[n : n + LABELS_A_SHEET] for n in range(0, len(made), LABELS_A_SHEET)]
    told = {"contract": contract, "sheets": sheets, "count": len(made), "all": rows.count()}
    return page(request, "assets/labels.html", told)


def _path(code: segno.QRCode) -> str:
    """The dark squares as one SVG path."""
    parts = []
    for y, row in enumerate(code.matrix_iter(border=0)):
        for x, dark in enumerate(row):
            if dark:
                parts.append(f"M{x} {y}h1v1h-1z")
    return "".join(parts)


@guard(*KEEPERS)
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    form = forms.UploadForm(request.POST or None, request.FILES or None)

    def preview() -> ImportBatch:
        upload = form.cleaned_data["file"]
        return services.preview_import(
            actor=request.actor, contract=contract, content=upload.read(), filename=upload.name
        )

    if request.method == "POST":
        batch = act(request, form, preview)
        if batch:
            return redirect("assets:import", slug, batch.pk)
    told = {"contract": contract, "form": form, "batches": selectors.batches_of(contract)}
    return page(request, "assets/imports.html", told)


@guard(*KEEPERS)
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """An empty workbook with the headings and one row that shows how."""
    row = [
        "",
        "服务器",
        "应用服务器1",
        "示例型号 R1",
        "SN-0001",
        "01",
        "A排3柜",
        1,
        "示例厂商",
        "2024-05-01",
        "2027-04-30",
        "",
        "是",
        "",
        "10.0.0.11",
        "麒麟V10",
    ]
    return tables.workbook("资产导入样表.xlsx", [*HEADINGS, "IP地址", "操作系统"], [row])


@guard(*KEEPERS)
def import_(request: HttpRequest, slug: str, batch_id: int) -> HttpResponse:
    """What an import would change, or has changed; do it, or take it back."""
    contract = contracts.contract_for(request.actor, slug)
    batch = selectors.batch_for(request.actor, contract, batch_id)
    form = BareForm(request.POST or None)
    if request.method == "POST":
        do = services.undo_import if request.POST.get("action") == "undo" else services.apply_import
        done = act(request, form, lambda: do(actor=request.actor, batch=batch))
        if done:
            messages.success(request, "已导入。" if done.state == "applied" else "已撤销导入。")
            return redirect("assets:import", slug, batch.pk)
        batch = selectors.batch_for(request.actor, contract, batch_id)
    numbers = {one.pk: one.no for one in contracts.items_for(request.actor, contract)}
    updates = [
        {"name": one["name"], "changes": list(selectors.changes_of(one, numbers))}
        for one in batch.plan["update"][:200]
    ]
    told = {"contract": contract, "batch": batch, "form": form, "plan": batch.plan, "updates": updates}
    return page(request, "assets/import.html", told)


@guard(*SPARES_READERS)
def spares(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    keeps = _keeps(request, contract)
    part_form = forms.PartForm(request.POST if request.POST.get("action") == "add" else None)
    move_form = forms.MoveForm(request.POST if request.POST.get("action") == "move" else None)
    if request.method == "POST":
        adding = request.POST.get("action") == "add"
        form = part_form if adding else move_form
        if act(request, form, lambda: _spare(request, contract, adding, form)):
            messages.success(request, "已保存。")
            return redirect("assets:spares", slug)
    rows = list(selectors.parts_of(contract))
    if request.GET.get("export") == "xlsx":
        heads = [
            "备件",
            "型号",
            "单位",
            "库存",
            "可用",
            "已预留",
            "借出备机",
            "最低库存",
            "单价（元）",
            "价值（元）",
            "存放",
        ]
        told_rows = (
            [
                one.name, one.model, one.unit, one.stock, one.free, one.reserved, one.loaned, one.minimum,
                one.price_cny, one.value, one.place,
            ]
            for one in rows
        )  # fmt: skip
        return tables.workbook(f"{contract}-备品备件.xlsx", heads, told_rows)
    told = {
        "contract": contract,
        "rows": rows,
        "value": sum(row.value or 0 for row in rows),
        "short": [row for row in rows if row.short],
        "part_form": part_form if keeps else None,
        "move_form": move_form if keeps else None,
        "chosen": request.POST.get("part", "") or request.GET.get("part", ""),
        "moves": selectors.moves_of(contract, _number(request.GET.get("part"))),
        "held": selectors.held_of(contract),
    }
    return page(request, "assets/spares.html", told)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 18 else None


def _spare(request: HttpRequest, contract, adding: bool, form) -> object:
    said = dict(form.cleaned_data)
    if adding:
        return services.add_part(actor=request.actor, contract=contract, **said)
    number = request.POST.get("part", "")
    part = selectors.part_for(contract, int(number) if number.isdigit() and len(number) < 18 else 0)
    code = said.pop("code")
    found = selectors.assets_for(request.actor, contract).filter(code=code).first() if code else None
    if code and found is None:
        form.add_error("code", "没有这个编号的资产")
        return None
    return services.move_part(actor=request.actor, part=part, asset=found, **said)
