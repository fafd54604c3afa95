"""Settings: every choice of an installation is an environment variable `OPSLEDGER_*`, named here once."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlparse

from csp.constants import NONE, SELF

PACKAGE_DIR = Path(__file__).resolve().parent.parent
ROOT_DIR = PACKAGE_DIR.parent.parent


def _env(name: str, default: str = "") -> str:
    return os.environ.get(f"OPSLEDGER_{name}", default)


def _flag(name: str, default: bool = False) -> bool:
    return _env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret(name: str) -> str:
    """A secret from its variable, or from the file that the variable with _FILE names."""
    place = _env(f"{name}_FILE")
    return Path(place).read_text(encoding="utf-8").strip() if place else _env(name)


# -- places ---------------------------------------------------------------------------------------
DATA_DIR = Path(_env("DATA_DIR", str(ROOT_DIR / "var")))
PACKS_DIR = Path(_env("PACKS_DIR", str(ROOT_DIR / "packs")))
FRONTEND_DIR = Path(_env("FRONTEND_DIR", str(ROOT_DIR / "frontend" / "node_modules")))
FILES_DIR = DATA_DIR / "files"


def _secret_key() -> str:
    """Take the key from the environment, else make one that stays in the data directory."""
    given = _env("SECRET_KEY")
    if given:
        return given
    from django.core.management.utils import get_random_secret_key

    place = DATA_DIR / "secret-key"
    if not place.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        place.write_text(get_random_secret_key(), encoding="utf-8")
        place.chmod(0o600)
    return place.read_text(encoding="utf-8").strip()


SECRET_KEY = _secret_key()
DEBUG = _flag("DEBUG")
ALLOWED_HOSTS = _env("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in _env("TRUSTED_ORIGINS").split(",") if origin]
DEMO = _flag("DEMO")
# What a Prometheus scraper must carry; without it only this machine may read /metrics.
METRICS_TOKEN = _env("METRICS_TOKEN")

# The address under which people reach this installation, for links in mail ("https://ops.example.gov.cn").
SITE_URL = _env("URL").rstrip("/")

# -- mail -----------------------------------------------------------------------------------------
# The desk's own address; "desk@…" also receives "desk+anything@…" where MAIL_PLUS holds.
MAIL_ADDRESS = _env("MAIL_ADDRESS")
MAIL_PLUS = _flag("MAIL_PLUS", True)
# The name under which the bureau's own mail gate writes Authentication-Results (RFC 8601): only a sender that it
# has checked speaks with the rights of the person; without it every sender is taken as not checked.
MAIL_AUTHSERV = _env("MAIL_AUTHSERV")
IMAP = {
    "host": _env("IMAP_HOST"),
    "port": int(_env("IMAP_PORT", "0")),
    "user": _env("IMAP_USER"),
    "password": _secret("IMAP_PASSWORD"),
    "folder": _env("IMAP_FOLDER", "INBOX"),
    "done_folder": _env("IMAP_DONE_FOLDER"),
    "tls": _env("IMAP_TLS", "ssl"),
}
IMAP_POLL_SECONDS = int(_env("IMAP_POLL_SECONDS", "60"))
# host:port on which `opsledger mail` receives by SMTP, and the relays that may bring mail.
SMTP_LISTEN = _env("SMTP_LISTEN")
SMTP_PEERS = [peer for peer in _env("SMTP_PEERS", "127.0.0.1,::1").split(",") if peer]
EMAIL_HOST = _env("SMTP_HOST")
EMAIL_PORT = int(_env("SMTP_PORT", "25"))
EMAIL_HOST_USER = _env("SMTP_USER")
EMAIL_HOST_PASSWORD = _secret("SMTP_PASSWORD")
EMAIL_USE_SSL = _env("SMTP_TLS") == "ssl"
EMAIL_USE_TLS = _env("SMTP_TLS") == "starttls"
EMAIL_TIMEOUT = 20

# Networks of the house to which webhooks and message channels may be sent ("10.20.0.0/16"); others than public
# addresses are refused, so that nobody reaches inner servers through this one.
OUTGOING_NETWORKS = [network for network in _env("OUTGOING_NETWORKS").split(",") if network.strip()]

# -- the moment -----------------------------------------------------------------------------------
# Seconds added to the machine's clock by kernel/clock.py; the demo sets it, production leaves it 0.
CLOCK_OFFSET_SECONDS = float(_env("CLOCK_OFFSET_SECONDS", "0"))
TIME_ZONE = _env("TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
USE_I18N = True

# -- rooms ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "axes",
    "csp",
    "opsledger.kernel",
    "opsledger.apps.ledger",
    "opsledger.apps.accounts",
    "opsledger.apps.contracts",
    "opsledger.apps.assets",
    "opsledger.apps.watch",
    "opsledger.apps.duties",
    "opsledger.apps.desk",
    "opsledger.apps.assessment",
    "opsledger.apps.documents",
    "opsledger.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "opsledger.kernel.middleware.IdleSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "opsledger.kernel.middleware.RequestContextMiddleware",
    "opsledger.apps.accounts.middleware.ActorMiddleware",
    "opsledger.kernel.middleware.DomainErrorMiddleware",
    "opsledger.site.api.ApiMethodMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "opsledger.site.urls"
WSGI_APPLICATION = "opsledger.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opsledger.site.context.frame",
            ],
            "builtins": [
                "opsledger.kernel.templatetags.shown",
                "opsledger.kernel.templatetags.parts",
            ],
        },
    },
]

# -- the database ---------------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    """Read `sqlite:///path` or `postgresql://user:password@host:port/name`."""
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
                    "PRAGMA mmap_size=134217728; PRAGMA cache_size=-32000;"
                ),
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(_env("DATABASE_URL", f"sqlite://{DATA_DIR / 'opsledger.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# -- people ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# GB/T 22239-2019 8.1.4.1 a: at least 8 characters, three of four classes.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "opsledger.apps.accounts.passwords.ThreeClassesValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
# GB/T 22239-2019 8.1.4.1 b: lock after 5 failures for 15 minutes, end idle sessions.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "opsledger.apps.accounts.views.locked_out"
AXES_RESET_ON_SUCCESS = True
SESSION_COOKIE_AGE = int(_env("SESSION_IDLE_SECONDS", str(8 * 3600 if DEMO else 15 * 60)))
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = _flag("SECURE_COOKIES")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "opsledger.site.views.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [PACKAGE_DIR / "site" / "static"]
VENDOR_DIR = ROOT_DIR / "frontend" / "vendor"
if VENDOR_DIR.exists():
    STATICFILES_DIRS.append(("vendor", VENDOR_DIR))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MAX_UPLOAD_MB = int(_env("MAX_UPLOAD_MB", "50"))
FILE_UPLOAD_HANDLERS = [
    "opsledger.kernel.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": _env("LOG_LEVEL", "WARNING")},
    "loggers": {"opsledger": {"level": _env("LOG_LEVEL", "INFO")}},
}
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
