"""The register, one asset with its life, what runs out."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.forms import Form as BareForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.assets import forms, selectors, services
from opsledger.apps.assets.lifecycle import STATES, TABLE
from opsledger.apps.assets.models import Asset
from opsledger.apps.assets.policies import KEEPERS
from opsledger.apps.assets.services.reading import HEADINGS
from opsledger.apps.assets.types import classes, support_end, types
from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.apps.ledger import verbs
from opsledger.kernel import clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

COLUMNS = [
    tables.Column("code", "资产编号", lambda a: a.code, ("code",), "assets/cells/code.html", "narrow"),
    tables.Column("kind", "类型", lambda a: a.kind_word, ("kind",), "", "narrow"),
    tables.Column("name", "名称", lambda a: a.name, ("name",), "assets/cells/name.html"),
    tables.Column("serial", "序列号", lambda a: a.serial, ("serial",)),
    tables.Column("item", "服务项", lambda a: a.item.numbered if a.item else "", ("item__position",)),
    tables.Column("place", "位置", lambda a: a.place, ("place",)),
    tables.Column("quantity", "数量", lambda a: a.quantity, ("quantity",), "", "num"),
    tables.Column(
        "warranty",
        "保修到期",
        lambda a: a.warranty_until,
        ("warranty_until",),
        "assets/cells/warranty.html",
        "narrow",
    ),
    tables.Column(
        "state", "状态", lambda a: a.get_state_display(), ("state",), "assets/cells/state.html", "narrow"
    ),
]


def _keeps(request: HttpRequest, contract) -> bool:
    return bool(set(KEEPERS) & request.actor.roles(contract.pk))


@guard()
def assets(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    today = clock.today()
    items = [(item.no, item.numbered) for item in contracts.items_for(request.actor, contract)]
    kinds = [(one.key, one.name) for one in types().values()]
    ends = [("over", "已过保"), ("soon", "90天内过保")]

    table = tables.Table(
        request,
        selectors.assets_for(request.actor, contract),
        COLUMNS,
        "code",
        filters=[
            tables.Filter("klass", "类别", list(classes().items()), lambda v: Q(klass=v)),
            tables.Filter("kind", "类型", kinds, lambda v: Q(kind=v)),
            tables.Filter("state", "状态", list(STATES.items()), lambda v: Q(state=v)),
            tables.Filter("warranty", "保修", ends, lambda v: selectors.out_of_warranty(v, today)),
            tables.Filter("item", "服务项", items, lambda v: Q(item__no=v)),
        ],
        search=selectors.SEARCHED,
        name="assets",
        empty_title="还没有资产",
        empty_text="可从合同的设备清单接管，或用 Excel 导入，也可以逐项登记。",
    )
    if table.wants_export:
        return _export(contract, table)
    told = {
        "contract": contract,
        "table": table,
        "counts": selectors.counts_of(request.actor, contract),
        "takeover": selectors.takeover_of(contract),
        "keeps": _keeps(request, contract),
    }
    return page(request, "assets/assets.html", told)


def _export(contract, table: tables.Table) -> HttpResponse:
    """The rows under the headings that the import reads."""
    kinds = set(table.rows.order_by().values_list("kind", flat=True).distinct())
    labels = list(
        dict.fromkeys(field.label for key, kind in types().items() if key in kinds for field in kind.fields)
    )

    def own(one: Asset) -> list[str]:
        said = {field.label: one.fields.get(field.id, "") for field in types()[one.kind].fields}
        return [said.get(label, "") for label in labels]

    rows = (
        [
            one.code, one.kind_word, one.name, one.model, one.serial, one.item.no if one.item else "", one.place,
            one.quantity, one.vendor, one.acquired_on, one.warranty_until, one.expires_on,
            "" if one.domestic is None else "是" if one.domestic else "否", one.note, *own(one),
        ]
        for one in table.rows[:100_000].iterator(2000)
    )  # fmt: skip
    return tables.workbook(f"{contract}-资产.xlsx", [*HEADINGS, *labels], rows)


def _initial(asset: Asset) -> dict[str, object]:
    names = "kind name model serial item place quantity vendor domestic acquired_on warranty_until expires_on note"
    said = {name: getattr(asset, name) for name in names.split()}
    return said | {f"f_{key}": value for key, value in asset.fields.items()}


@guard(*KEEPERS)
def new_asset(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    kind = request.POST.get("kind") or request.GET.get("kind") or "server"
    form = forms.AssetForm(
        contracts.items_for(request.actor, contract), kind, request.POST or None, initial={"kind": kind}
    )
    if request.method == "POST":
        made = act(
            request,
            form,
            lambda: services.register_asset(actor=request.actor, contract=contract, said=form.said()),
        )
        if made:
            messages.success(request, f"已登记{made}。")
            return redirect("assets:asset", slug, made.code)
    return page(request, "assets/edit.html", {"contract": contract, "form": form, "asset": None})


@guard(*KEEPERS)
def edit_asset(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    asset = selectors.asset_for(request.actor, contract, code)
    kind = request.POST.get("kind") or asset.kind
    items = contracts.items_for(request.actor, contract)
    form = forms.AssetForm(items, kind, request.POST or None, initial=_initial(asset))

    def save() -> Asset:
        version = request.POST.get("version", "")
        return services.change_asset(
            actor=request.actor,
            asset=asset,
            said=form.said(),
            version=int(version) if version.isdigit() and len(version) < 9 else None,
        )

    if request.method == "POST" and act(request, form, save):
        messages.success(request, "已保存。")
        return redirect("assets:asset", slug, code)
    return page(request, "assets/edit.html", {"contract": contract, "form": form, "asset": asset})


@guard()
def asset(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    found = selectors.asset_for(request.actor, contract, code)
    action = request.POST.get("action", "")
    refused = {}
    relation_form = forms.RelationForm(request.POST if action == "relate" else None)
    if request.method == "POST":
        form = relation_form if action == "relate" else _act_form(action, request.POST)
        if act(request, form, lambda: _do(request, contract, found, action, form)):
            messages.success(request, "已保存。")
            return redirect("assets:asset", slug, code)
        refused[action] = form
        found = selectors.asset_for(request.actor, contract, code)
    roles = request.actor.roles(contract.pk)
    allowed = TABLE.allowed(found.state, roles)
    subject = str(found.pk)
    told = {
        "contract": contract,
        "asset": found,
        "fields": [(one.label, found.fields.get(one.id)) for one in types()[found.kind].fields]
        if found.kind in types()
        else [],
        "forms": [
            (one.action, one.label, refused.get(one.action) or forms.ActForm(one.action)) for one in allowed
        ],
        "refused": [form for name, form in refused.items() if name not in {one.action for one in allowed}],
        "relation_form": relation_form if _keeps(request, contract) else None,
        "relations": selectors.relations_of(found),
        "impact": selectors.impact_of(found),
        "parts": selectors.parts_used_on(found),
        "support": support_end(found.name, found.model, *map(str, found.fields.values())),
        "today": clock.today(),
        "keeps": _keeps(request, contract),
        "history": [
            {"entry": entry, "word": verbs.word(entry.verb), "text": verbs.changes_text(entry.changes)}
            for entry in ledger_rows.history_of("asset", subject)
        ],
    }
    return page(request, "assets/asset.html", told)


def _act_form(action: str, data: object) -> BareForm:
    if action not in TABLE.actions or action == "register":
        return BareForm(data) if action == "unrelate" else _missing()
    return forms.ActForm(action, data)


def _missing() -> BareForm:
    raise Http404


def _do(request: HttpRequest, contract, found: Asset, action: str, form: BareForm) -> object:
    if action == "relate":
        other = selectors.assets_for(request.actor, contract).filter(code=form.cleaned_data["code"]).first()
        if other is None:
            form.add_error("code", "没有这个编号的资产")
            return None
        return services.relate(
            actor=request.actor, source=found, target=other, kind=form.cleaned_data["kind"]
        )
    if action == "unrelate":
        chosen = request.POST.get("relation", "")
        row = next((one for one in selectors.relations_of(found) if str(one.pk) == chosen), None)
        if row is None:
            raise Http404
        services.unrelate(actor=request.actor, relation=row)
        return True
    return services.act_on_asset(actor=request.actor, asset=found, action=action, **form.cleaned_data)


@guard()
def endings(request: HttpRequest, slug: str) -> HttpResponse:
    """What runs out, on a line of time, and the share of domestic IT."""
    contract = contracts.contract_for(request.actor, slug)
    rows = selectors.endings(request.actor, contract, today=clock.today())
    months, lines = selectors.time_line(rows, today=clock.today())
    told = {
        "contract": contract,
        "months": months,
        "lines": lines,
        "this_month": clock.today().replace(day=1),
        "rows": rows,
        "over": [one for one in rows if one.left < 0],
        "soon": [one for one in rows if 0 <= one.left <= 90],
        "later": [one for one in rows if one.left > 90],
        "shares": selectors.domestic_share(request.actor, contract),
        "today": clock.today(),
    }
    return page(request, "assets/endings.html", told)
