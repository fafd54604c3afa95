"""Where a channel may lead: into the open, or into the networks that the installation names; never to this machine."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from opsledger.adapters.outgoing import Refused, check_host
from opsledger.apps.desk.models import Channel
from opsledger.core.errors import DomainError

# Ways of apprise that speak to the machine itself.
_LOCAL = frozenset(
    {"dbus", "gio", "glib", "gnome", "kde", "qt", "macosx", "windows", "syslog", "file", "memory", "exec"}
)


# What the robots' own pages hand out: host and path before the key, the parameter that holds it, the scheme.
_ROBOTS = (
    ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key", "wecombot"),
    ("oapi.dingtalk.com", "/robot/send", "access_token", "dingtalk"),
    ("open.feishu.cn", "/open-apis/bot/v2/hook/", "", "feishu"),
)


def robot_address(address: str) -> str:
    """The address of a group's robot as its page hands it out, in the form in which messages are sent; else itself."""
    words = address.strip()
    parts = _parts(words)
    for host, path, parameter, scheme in _ROBOTS:
        if parts.scheme != "https" or parts.hostname != host or not parts.path.startswith(path):
            continue
        key = parse_qs(parts.query).get(parameter, [""])[0] if parameter else parts.path.removeprefix(path)
        if key:
            return f"{scheme}://{key.strip('/')}"
    return words


def check_address(kind: str, address: str, *, personal: bool = False) -> None:
    """Refuse an address that is none, or that leads where nothing may be sent; a name that is unknown now may pass."""
    words = address.strip()
    if kind == Channel.Kind.MAIL:
        _mail(words, personal)
        return
    parts = _parts(words)
    if kind == Channel.Kind.WEBHOOK:
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise DomainError("channel.bad_address", address=address)
        _open(parts.hostname, address)
        return
    if "://" not in words or parts.scheme.lower() in _LOCAL:
        raise DomainError("channel.bad_address", address=address)
    # Of robots the first part is a key, of others a server: what looks like a server must be one that may be reached.
    host = parts.hostname or ""
    if "." in host or ":" in host or host == "localhost":
        _open(host, address)


def _parts(words: str):  # type: ignore[no-untyped-def]
    try:
        parts = urlsplit(words)
        _ = parts.port
    except ValueError:
        raise DomainError("channel.bad_address", address=words) from None
    return parts


def _open(host: str, address: str) -> None:
    try:
        check_host(host, settings.OUTGOING_NETWORKS)
    except Refused as refused:
        raise DomainError("channel.inner_address", address=address, found=str(refused)) from None
    except OSError:
        return  # unknown just now: the sending looks again


def _mail(address: str, personal: bool) -> None:
    """A person's own may be left open: it is then the address of their account."""
    if personal and not address:
        return
    try:
        validate_email(address)
    except ValidationError:
        raise DomainError("channel.bad_mail", address=address) from None
