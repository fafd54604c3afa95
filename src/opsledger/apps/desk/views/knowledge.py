"""The knowledge base."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import policies, searching, selectors, services
from opsledger.apps.desk.models import Article, Ticket
from opsledger.apps.desk.selectors.articles import article_for, visible_articles
from opsledger.kernel import access, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard()
def articles(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contract_for(request.actor, slug)
    columns = [
        tables.Column("title", "标题", lambda a: a.title, ("title",), "desk/cells/article.html"),
        tables.Column("item", "服务项", lambda a: a.item.numbered if a.item else "通用"),
        tables.Column("state", "状态", lambda a: a.get_state_display(), ("state",), "", "narrow"),
        tables.Column("helped", "有用", lambda a: a.helped, ("helped",), "", "num"),
        tables.Column("uses", "引用", lambda a: a.uses, ("uses",), "", "num"),
        tables.Column(
            "updated",
            "更新时间",
            lambda a: a.updated_at,
            ("updated_at",),
            "desk/cells/updated.html",
            "narrow",
        ),
    ]
    table = tables.Table(
        request,
        visible_articles(request.actor, contract),
        columns,
        "-updated",
        filters=[tables.Filter("state", "状态", Article.State.choices, lambda value: Q(state=value))],
        search=["title", "symptom", "solution"],
        name="articles",
        empty_title="知识库还没有内容",
        empty_text="工单关闭后，可把处理方法写成知识，审核后发布。",
    )
    if table.wants_export:
        return table.export(f"{contract}-知识库.xlsx")
    told = {
        "contract": contract,
        "table": table,
        "may_write": policies.is_provider(request.actor, contract.pk),
    }
    return page(request, "desk/articles.html", told)


class ArticleForm(forms.Form):
    """What was seen, what helps."""

    title = forms.CharField(label="标题", max_length=120, error_messages={"required": "请填写标题。"})
    symptom = forms.CharField(
        label="现象", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    solution = forms.CharField(
        label="处理方法",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "请填写处理方法。"},
    )
    internal = forms.BooleanField(label="仅服务商可见", required=False)


@guard(access.MANAGER, access.ENGINEER)
def write(request: HttpRequest, slug: str, article_id: int = 0) -> HttpResponse:
    """A new article (from a closed ticket, if named), or a new wording."""
    contract = contract_for(request.actor, slug)
    known = article_for(request.actor, contract, article_id) if article_id else None
    ticket = _ticket(request, contract)
    form = ArticleForm(request.POST or None, initial=_initial(known, ticket))

    def do() -> Article:
        item = known.item if known else ticket.item if ticket else None
        return services.write_article(
            actor=request.actor,
            contract=contract,
            article=known,
            ticket=ticket,
            item=item,
            **form.cleaned_data,
        )

    if request.method == "POST":
        made = act(request, form, do)
        if made is not None:
            messages.success(request, "已保存为草稿，送审并由他人审核后发布。")
            return redirect("desk:article", slug, made.pk)
    told = {"contract": contract, "form": form, "article": known, "ticket": ticket}
    return page(request, "desk/article_edit.html", told)


def _ticket(request: HttpRequest, contract: Contract) -> Ticket | None:
    number = request.GET.get("ticket", "")
    return selectors.ticket_for(request.actor, contract, number) if number else None


def _initial(known: Article | None, ticket: Ticket | None) -> dict[str, object]:
    if known:
        return {name: getattr(known, name) for name in ("title", "symptom", "solution", "internal")}
    if ticket:
        return {
            "title": ticket.title,
            "symptom": ticket.description,
            "solution": f"{ticket.cause}\n{ticket.solution}".strip(),
        }
    return {}


@guard()
def article(request: HttpRequest, slug: str, article_id: int) -> HttpResponse:
    contract = contract_for(request.actor, slug)
    found = article_for(request.actor, contract, article_id)
    roles = request.actor.roles(contract.pk)
    told = {
        "contract": contract,
        "article": found,
        "may_write": policies.is_provider(request.actor, contract.pk),
        "may_publish": bool(roles & {access.MANAGER, access.BUYER})
        and found.author_id != request.actor.user_id,
    }
    return page(request, "desk/article.html", told)


@guard()
@require_POST
def move(request: HttpRequest, slug: str, article_id: int) -> HttpResponse:
    """Send for review, publish, send back, retire; or vote."""
    contract = contract_for(request.actor, slug)
    found = article_for(request.actor, contract, article_id)
    if "helpful" in request.POST:
        services.vote(actor=request.actor, article=found, helpful=request.POST["helpful"] == "1")
    else:
        services.move_article(actor=request.actor, article=found, to=request.POST.get("to", ""))
    return redirect("desk:article", slug, article_id)


@guard()
def hints(request: HttpRequest, slug: str) -> HttpResponse:
    """Articles that may help, while a report is typed."""
    contract = contract_for(request.actor, slug)
    seen = visible_articles(request.actor, contract)
    found = searching.hints_for(seen, request.GET.get("title", ""))
    return render(request, "desk/parts/hints.html", {"contract": contract, "articles": found})
