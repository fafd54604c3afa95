"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password

from opsledger.apps.accounts.models import Organisation
from opsledger.apps.accounts.scopes import MAX_DAYS

_NO_MAIL = "这不是邮箱地址，请核对，例如 name@example.gov.cn。"


def _mail(hint: str = "") -> forms.EmailField:
    return forms.EmailField(
        label="邮箱", max_length=254, required=False, help_text=hint, error_messages={"invalid": _NO_MAIL}
    )


class SignInForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        "invalid_login": "用户名或密码不正确。请核对后重试；连续输错 5 次将锁定 15 分钟。",
        "inactive": "这个账户已停用。请联系系统管理员。",
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"


class ProfileForm(forms.Form):
    """What a person may change about themselves."""

    full_name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    phone = forms.CharField(
        label="电话", max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = _mail("用于接收工单邮件；从这个邮箱发来的报修和回复会记在您名下。")
    title = forms.CharField(label="职务", max_length=60, required=False)


class PasswordForm(PasswordChangeForm):
    """Old and new password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "原密码"
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password1"].help_text = "至少 8 位，包含小写字母、大写字母、数字、符号中的三类。"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password2"].help_text = ""


class NewUserForm(forms.Form):
    """A new account; the password is told to the person and changed at the first sign-in."""

    username = forms.RegexField(
        r"^[\w.@+-]+$",
        label="用户名",
        max_length=150,
        error_messages={"invalid": "只能用字母、数字和 . @ + - _。"},
    )
    full_name = forms.CharField(label="姓名", max_length=60)
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label="所属单位", required=False, empty_label="不指定"
    )
    title = forms.CharField(label="职务", max_length=60, required=False)
    phone = forms.CharField(label="电话", max_length=40, required=False)
    email = _mail()
    password = forms.CharField(
        label="初始密码", help_text="至少 8 位，含大小写字母、数字、符号中的三类；首次登录后须修改。"
    )
    is_admin = forms.BooleanField(label="系统管理员", required=False)

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"])
        return str(self.cleaned_data["password"])


class UserForm(forms.Form):
    """What an administrator changes of an account."""

    full_name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    title = forms.CharField(label="职务", max_length=60, required=False)
    phone = forms.CharField(label="电话", max_length=40, required=False)
    email = _mail()
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label="所属单位", required=False, empty_label="不指定"
    )
    is_active = forms.BooleanField(label="启用", required=False)


class ResetForm(forms.Form):
    """A new password for somebody else."""

    password = forms.CharField(label="新密码", help_text="告知本人，首次登录后须修改。")

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"])
        return str(self.cleaned_data["password"])


_DAYS = f"请填写 1 到 {MAX_DAYS} 之间的整数天数。"


class TokenForm(forms.Form):
    """A new API token; only what the person's roles can use is offered."""

    name = forms.CharField(
        label="用途",
        max_length=80,
        help_text="写明哪个程序使用，例如“监控平台上报”。",
        error_messages={"required": "请填写用途。", "max_length": "用途不超过 80 个字。"},
    )
    scopes = forms.MultipleChoiceField(
        label="权限范围",
        widget=forms.CheckboxSelectMultiple,
        help_text="只列出您的角色可用的权限。",
        error_messages={
            "required": "请至少勾选一项权限。",
            "invalid_choice": "“%(value)s”不在您的角色可用的权限内，请重新勾选。",
        },
    )
    days = forms.IntegerField(
        label="有效天数",
        min_value=1,
        max_value=MAX_DAYS,
        initial=90,
        help_text=f"最长 {MAX_DAYS} 天，到期自动失效。",
        error_messages={"required": _DAYS, "invalid": _DAYS, "min_value": _DAYS, "max_value": _DAYS},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
