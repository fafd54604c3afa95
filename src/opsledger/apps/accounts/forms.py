"""Forms of the account pages."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from opsledger.apps.accounts.models import User


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


class ProfileForm(forms.ModelForm):
    """What a person may change about themselves."""

    class Meta:
        model = User
        fields = ["full_name", "phone", "title"]


class PasswordForm(PasswordChangeForm):
    """Old and new password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "原密码"
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password1"].help_text = "至少 8 位，包含小写字母、大写字母、数字、符号中的三类。"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password2"].help_text = ""
