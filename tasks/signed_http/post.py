"""Outgoing HTTP that cannot be turned against our own network.

Every address of the host must be public, the connection goes to the very address that was checked
(a second look-up could answer differently), only https on allowed ports, redirects are not
followed, and only so much of an answer is read.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

TIMEOUT = 10  # seconds that nothing comes
LONGEST = 30  # seconds for all of it
LONGEST_ANSWER = 10_000

Resolver = Callable[[str, int], list[str]]


class Unsafe(Exception):
    """The address may not be called from here."""


class NotHttp(OSError):
    """What answers there does not speak HTTP, or not to an end."""


def resolve(host: str, port: int) -> list[str]:
    """Look up all addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """Where outgoing HTTP may go; tests widen it to a server on this machine."""

    schemes: frozenset[str] = frozenset({"https"})
    ports: frozenset[int] | None = frozenset({443, 8443})
    private: bool = False
    resolver: Resolver = resolve

    def check(self, url: str) -> tuple[str, str, int, str]:
        """Answer (scheme, host, port, address to connect to); raises Unsafe."""
        if not url.isascii() or not url.isprintable() or " " in url:
            raise Unsafe("Blanks and letters beyond ASCII are written percent-encoded.")
        parts = urlsplit(url)
        if parts.scheme not in self.schemes or not parts.hostname:
            raise Unsafe(f"Only {', '.join(sorted(self.schemes))} addresses may be called.")
        if parts.username or parts.password:
            raise Unsafe("An address with a password in it may not be called.")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if self.ports is not None and port not in self.ports:
            raise Unsafe(f"Port {port} may not be called.")
        addresses = self.resolver(parts.hostname, port)
        if not addresses or not (self.private or all(map(_public, addresses))):
            raise Unsafe("The host is not on the public network.")
        return parts.scheme, parts.hostname, port, addresses[0]


PUBLIC = Reach()


def post(
    url: str, body: bytes, headers: Mapping[str, str], reach: Reach = PUBLIC
) -> tuple[int, bytes]:
    """POST once and answer (status, beginning of the answer); raises Unsafe or OSError.

    All of it, with connecting and a receiver that answers a byte at a time, takes `LONGEST` seconds
    at most.
    """
    scheme, host, port, address = reach.check(url)
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    raw = socket.create_connection((address, port), TIMEOUT)
    late = threading.Event()
    end = threading.Timer(LONGEST, _hang_up, [raw, late])
    end.daemon = True
    end.start()
    try:
        said = _said(_speaking(scheme, host, port, raw), path, body, headers)
    except (HTTPException, OSError) as fault:
        if late.is_set() or isinstance(fault, HTTPException):
            raise NotHttp(_why(late) or f"{type(fault).__name__}: {fault}") from fault
        raise
    finally:
        end.cancel()
        raw.close()
    if late.is_set():  # headers that break off are read as if that were all
        raise NotHttp(_why(late))
    return said


def _said(
    connection: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    with closing(connection):
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER)


def _why(late: threading.Event) -> str:
    return f"the answer took longer than {LONGEST} seconds" if late.is_set() else ""


def _hang_up(raw: socket.socket, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):  # it ended meanwhile
        raw.shutdown(socket.SHUT_RDWR)


def _speaking(scheme: str, host: str, port: int, raw: socket.socket) -> HTTPConnection:
    if scheme != "https":
        connection = HTTPConnection(host, port, timeout=TIMEOUT)
        connection.sock = raw
        return connection
    context = ssl.create_default_context()
    secure = HTTPSConnection(host, port, timeout=TIMEOUT, context=context)
    secure.sock = context.wrap_socket(raw, server_hostname=host)
    return secure


# whose last 32 bits are an IPv4 address: compatible, and through a translator
TRANSLATED = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    checked = getattr(found, "ipv4_mapped", None) or found
    return all(each.is_global and not each.is_multicast for each in (checked, *_inside(checked)))


def _inside(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address leads to."""
    if isinstance(found, ipaddress.IPv4Address):
        return []
    if found.is_site_local:
        return [ipaddress.IPv4Address(0)]  # of no public network
    inside = [found.sixtofour, *(found.teredo or ())]
    if any(found in network for network in TRANSLATED):
        inside.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
    return [each for each in inside if each is not None]
