from django.apps import AppConfig

from opsledger.kernel import recall


class AccountsConfig(AppConfig):
    name = "opsledger.apps.accounts"
    label = "accounts"
    verbose_name = "人员与权限"

    def ready(self) -> None:
        recall.watch("accounts_membership")
        recall.watch("accounts_organisation")
        # A sign-in and the use of a token are noted in these rows, and change nothing that is remembered.
        recall.watch("accounts_user", columns=_USER)
        recall.watch("accounts_apitoken", columns=("user_id", "scopes", "expires_at", "revoked_at"))


_USER = ("username", "full_name", "organisation_id", "is_active", "is_superuser", "email", "phone")
