"""One's own API tokens: seen, made (the secret shown once), revoked; the administrator revokes anybody's."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from opsledger.apps.accounts import scopes, selectors, services
from opsledger.apps.accounts.forms import TokenForm
from opsledger.apps.accounts.models import ApiToken
from opsledger.kernel import clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard()
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The list and the form; the answer to a good form is the only page that ever shows the secret."""
    choices = scopes.may_hold(request.actor)
    form = TokenForm(request.POST or None, choices=choices)

    def make() -> tuple[ApiToken, str]:
        said = form.cleaned_data
        return services.issue_token(
            actor=request.actor,
            user=request.user,
            name=said["name"],
            scopes=said["scopes"],
            expires_at=clock.now() + timedelta(days=said["days"]),
        )

    made = act(request, form, make) if request.method == "POST" else None
    if made:
        form = TokenForm(None, choices=choices)
    told = {
        "form": form,
        "can": bool(choices),
        "secret": made[1] if made else "",
        "made": made[0] if made else None,
        "tokens": selectors.tokens_of(request.user.pk),
        "now": clock.now(),
    }
    return page(request, "accounts/tokens.html", told)


@guard()
@require_POST
def revoke_mine(request: HttpRequest, token_id: int) -> HttpResponse:
    _revoke(request, request.user.pk, token_id)
    return redirect("accounts:tokens")


@guard(admin=True)
@require_POST
def revoke_of(request: HttpRequest, user_id: int, token_id: int) -> HttpResponse:
    _revoke(request, user_id, token_id)
    return redirect("accounts:user", user_id)


def _revoke(request: HttpRequest, user_id: int, token_id: int) -> None:
    token = selectors.tokens_of(user_id).filter(pk=token_id).first()
    if token is None:
        raise Http404
    services.revoke_token(actor=request.actor, token=token)
    messages.success(request, f"令牌“{token.name}”已撤销，使用它的程序从下一次请求起被拒绝。")
