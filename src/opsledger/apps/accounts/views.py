"""Signing in and out, one's own account, messages, and who holds which role."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from opsledger.apps.accounts import selectors, services
from opsledger.apps.accounts.forms import (
    NewUserForm,
    PasswordForm,
    ProfileForm,
    ResetForm,
    SignInForm,
    UserForm,
)
from opsledger.apps.accounts.models import Membership
from opsledger.apps.accounts.policies import PEOPLE_READERS
from opsledger.kernel import clock, panels, tables
from opsledger.kernel.access import guard, public
from opsledger.kernel.pages import act, page


@public("signing in comes before any role")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form: AuthenticationForm = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        target = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
        return redirect(target if safe and target else "home")
    status = 200 if request.method != "POST" else 401
    told = {"form": form, "next": request.GET.get("next", "")}
    return render(request, "accounts/login.html", told, status=status)


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """After five wrong passwords (GB/T 22239-2019 8.1.4.1 b)."""
    return render(request, "accounts/locked.html", status=429)


@public("signing out needs no role")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:login")


@guard()
def me(request: HttpRequest) -> HttpResponse:
    first = {name: getattr(request.user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=first)

    def save() -> object:
        return services.change_profile(actor=request.actor, user=request.user, **form.cleaned_data)

    if request.method == "POST" and act(request, form, save):
        messages.success(request, "资料已保存。")
        return redirect("accounts:me")
    rows = Membership.objects.filter(user=request.user).select_related("contract", "organisation")
    told = {"form": form, "memberships": rows, "panels": panels.told("me", request)}
    return page(request, "accounts/me.html", told)


@guard()
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and act(request, form, form.save):
        request.user.must_change_password = False
        request.user.save(update_fields=["must_change_password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已修改，下次请用新密码登录。")
        return redirect("accounts:me")
    return page(request, "accounts/password.html", {"form": form})


@guard()
def notices(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        services.mark_read(user=request.user)
        messages.success(request, "全部消息已标为已读。")
        return redirect("accounts:notices")
    columns = [
        tables.Column("created", "时间", lambda n: n.created_at, ("created_at",), "accounts/cells/when.html"),
        tables.Column("title", "消息", lambda n: n.title, (), "accounts/cells/notice.html"),
    ]
    table = tables.Table(
        request,
        selectors.notices_of(request.user.pk),
        columns,
        "-created",
        filters=[
            tables.Filter(
                "state",
                "状态",
                [("new", "未读"), ("read", "已读")],
                lambda value: Q(read_at__isnull=value == "new"),
            )
        ],
        search=["title", "body"],
        name="notices",
        empty_title="没有消息",
        empty_text="派给您的工单、临近时限和需要您确认的事项会出现在这里。",
    )
    if table.wants_export:
        return table.export("消息.xlsx")
    return page(request, "accounts/notices.html", {"table": table})


@guard()
def news(request: HttpRequest) -> JsonResponse:
    """What a page in view asks every half minute: how many messages wait, and the newest if it came after `since`."""
    waiting = selectors.unread(request.user.pk)
    told: dict[str, object] = {"unread": waiting.count, "newest": None}
    since = request.GET.get("since", "")
    if waiting.newest > (int(since) if since.isascii() and since.isdigit() and len(since) < 19 else 0):
        newest = selectors.newest_unread(request.user.pk)
        if newest is not None:
            href = reverse("accounts:notice", args=[newest.pk])
            told["newest"] = {"id": newest.pk, "title": newest.title, "body": newest.body, "href": href}
    return JsonResponse(told)


@guard()
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark a message as read and go where it points."""
    notice = selectors.notices_of(request.user.pk).filter(pk=notice_id).first()
    if notice is None:
        return redirect("accounts:notices")
    services.mark_read(user=request.user, notice_ids=[notice.pk])
    return redirect(notice.url or "accounts:notices")


@guard(*PEOPLE_READERS)
def people(request: HttpRequest, slug: str) -> HttpResponse:
    columns = [
        tables.Column("name", "姓名", lambda m: str(m.user), ("user__full_name",)),
        tables.Column("role", "角色", lambda m: m.get_role_display(), ("role",)),
        tables.Column("organisation", "单位", lambda m: str(m.organisation or m.user.organisation or "")),
        tables.Column("title", "职务", lambda m: m.user.title),
        tables.Column("phone", "电话", lambda m: m.user.phone, (), "", "narrow"),
    ]
    table = tables.Table(
        request,
        selectors.memberships_of(request.actor.contract_id(slug)),
        columns,
        "role",
        filters=[tables.Filter("role", "角色", Membership.Role.choices, lambda value: Q(role=value))],
        search=selectors.PEOPLE_SEARCHED,
        name="people",
        empty_title="这份合同还没有人员",
        empty_text="由系统管理员在“用户”中授予角色。",
    )
    if table.wants_export:
        return table.export(f"人员-{slug}.xlsx")
    return page(request, "accounts/people.html", {"table": table})


@guard(admin=True)
def users(request: HttpRequest) -> HttpResponse:
    columns = [
        tables.Column("username", "用户名", lambda u: u.username, ("username",), "accounts/cells/user.html"),
        tables.Column("name", "姓名", lambda u: u.full_name, ("full_name",)),
        tables.Column("organisation", "单位", lambda u: str(u.organisation or ""), ("organisation__name",)),
        tables.Column("phone", "电话", lambda u: u.phone),
        tables.Column("email", "邮箱", lambda u: u.email, ("email",)),
        tables.Column("roles", "角色数", lambda u: u.role_count, ("role_count",), "", "num"),
        tables.Column(
            "login", "最近登录", lambda u: u.last_login, ("last_login",), "accounts/cells/login.html"
        ),
        tables.Column("active", "状态", lambda u: "启用" if u.is_active else "停用", ("is_active",)),
    ]
    table = tables.Table(
        request,
        selectors.all_users(),
        columns,
        "username",
        search=["username", "full_name", "phone", "email", "organisation__name"],
        name="users",
    )
    if table.wants_export:
        return table.export("用户.xlsx")
    return page(request, "accounts/users.html", {"table": table})


@guard(admin=True)
@sensitive_post_parameters("password")
def new_user(request: HttpRequest) -> HttpResponse:
    form = NewUserForm(request.POST or None)
    if request.method == "POST":
        made = act(request, form, lambda: services.create_user(actor=request.actor, **form.cleaned_data))
        if made:
            messages.success(request, f"已新增用户“{made}”。请在合同的“角色”里授予角色。")
            return redirect("accounts:user", made.pk)
    return page(request, "accounts/new_user.html", {"form": form})


@guard(admin=True)
@sensitive_post_parameters("password")
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    found = selectors.all_users().filter(pk=user_id).first()
    if found is None:
        raise Http404
    resets = "password" in request.POST
    names = ("full_name", "title", "phone", "email", "is_active")
    first = {"organisation": found.organisation_id, **{name: getattr(found, name) for name in names}}
    form = UserForm(request.POST if request.method == "POST" and not resets else None, initial=first)
    reset = ResetForm(request.POST if resets else None)

    def save() -> object:
        if resets:
            return services.reset_password(actor=request.actor, user=found, **reset.cleaned_data)
        return services.change_user(actor=request.actor, user=found, **form.cleaned_data)

    if request.method == "POST" and act(request, reset if resets else form, save):
        messages.success(request, "密码已重置，请告知本人。" if resets else "已保存。")
        return redirect("accounts:user", user_id)
    told = {
        "person": found,
        "form": form,
        "reset": reset,
        "memberships": selectors.roles_of(found.pk),
        "tokens": selectors.tokens_of(found.pk),
        "now": clock.now(),
    }
    return page(request, "accounts/user.html", told)
