"""Calls to addresses that people typed in: never to the house's own network unless the installation allows it.

A name is resolved once, every address that it has is looked at, and the call goes to the address that was looked at
(so that a name cannot point elsewhere a moment later).  Redirects are not followed, no proxy is used, and of the answer
nothing but the status is read.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit, urlunsplit

import httpx

TIMEOUT_SECONDS = 10
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """The address leads into a network to which nothing may be sent; `str()` says which."""


def check_host(host: str, allowed: Iterable[str], port: int = 443) -> Address:
    """The address to which a call to `host` may go.  Raises `Refused`, or `OSError` when the name is unknown.

    `allowed` are networks ("10.20.0.0/16") that are let through though they are not public.
    """
    networks = [ipaddress.ip_network(one.strip()) for one in allowed if one.strip()]
    found = [ipaddress.ip_address(info[4][0]) for info in _resolve(host, port)]
    for address in found:
        if not _may(address, networks):
            raise Refused(str(address))
    if not found:
        raise OSError(f"{host} has no address")
    return found[0]


def _resolve(host: str, port: int) -> list[tuple[object, object, int, str, tuple[str, ...]]]:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host}: {error}") from None
    return [info for info in infos if isinstance(info[4][0], str)]  # type: ignore[misc]


def _may(address: Address, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    inner = _inner(address)
    if any(
        one in network for one in {address, inner} for network in networks if one.version == network.version
    ):
        return True
    return all(one.is_global and not one.is_multicast for one in (address, inner))


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries (mapped, 6to4, Teredo, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def post(url: str, body: bytes, headers: Mapping[str, str], *, allowed: Iterable[str]) -> int:
    """Send `body`; returns the status.  Raises `Refused`, `OSError`, or httpx's errors, a redirect being one too."""
    parts = urlsplit(url)
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host:
        raise Refused(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = check_host(host, allowed, port)
    literal = f"[{address}]" if address.version == 6 else str(address)
    pinned = urlunsplit((parts.scheme, f"{literal}:{port}", parts.path or "/", parts.query, ""))
    named = {**headers, "Host": parts.netloc.rpartition("@")[2]}
    with (
        httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False) as client,
        client.stream(
            "POST", pinned, content=body, headers=named, extensions={"sni_hostname": host}
        ) as answer,
    ):
        answer.raise_for_status()
        return answer.status_code
