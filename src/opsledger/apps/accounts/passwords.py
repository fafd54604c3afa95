"""The password rule of GB/T 22239-2019 8.1.4.1 a."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class ThreeClassesValidator:
    """A password holds three of: lower-case letters, capitals, digits, signs."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = [
            any(sign.islower() for sign in password),
            any(sign.isupper() for sign in password),
            any(sign.isdigit() for sign in password),
            any(not sign.isalnum() for sign in password),
        ]
        if sum(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        return "密码须至少包含小写字母、大写字母、数字、符号中的三类。"
