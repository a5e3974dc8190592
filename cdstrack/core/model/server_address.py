"""Where a shared ledger is: the address of a database, in which nobody's name or password is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cdstrack.core.model.naming import ADDRESS_PATTERN
from cdstrack.core.model.problems import Fault

SCHEME = "postgresql://"
SERVICE = "service:"
_NEAR = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|::1|/.*")
_PERSONAL = re.compile(r"@|[?&](?:user|pass|ssl(?!mode=)|options|service|host|require)")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The servers of a database, its name, and how to connect; who, the reader's own files say."""

    hosts: tuple[str, ...]
    ports: tuple[str, ...]
    """One for each host, an empty text for the usual one."""
    database: str
    settings: tuple[tuple[str, str], ...] = ()
    service: str = ""
    """The name under which the reader's own file says all that; the rest is empty then."""

    def __str__(self) -> str:
        if self.service:
            return SERVICE + self.service
        settings = "&".join(f"{name}={value}" for name, value in self.settings)
        servers = self.server if self.hosts else f"/{self.database}"
        return SCHEME + servers + (f"?{settings}" if settings else "")

    @property
    def server(self) -> str:
        """Server and database for a reader: ``db.example:5432/register``; the database alone where
        the reader's own environment says on which server it is, and the name of a service."""
        if self.service:
            return SERVICE + self.service
        if not self.hosts:
            return self.database
        hosts = [f"[{host}]" if ":" in host else host for host in self.hosts]
        pairs = zip(hosts, self.ports, strict=True)
        return f"{','.join(host + (port and f':{port}') for host, port in pairs)}/{self.database}"


def is_server(ledger: str) -> bool:
    """Whether a ledger is meant to be on a server, well addressed or not, and no file."""
    return ledger.startswith(("postgresql:", SERVICE))


def parse_address(text: str) -> ServerAddress:
    """Read the address of a shared ledger.

    Raises Fault ``ledger_secret`` where it says who connects, or with what; ``ledger_address``
    where it is not of the form ``postgresql://host/database`` or ``service:name``. Neither
    repeats the text.
    """
    if _PERSONAL.search(text):
        raise Fault("ledger_secret")
    if not re.fullmatch(ADDRESS_PATTERN, text):
        raise Fault("ledger_address")
    if text.startswith(SERVICE):
        return ServerAddress((), (), "", service=text.removeprefix(SERVICE))
    rest, _, query = text.removeprefix(SCHEME).partition("?")
    servers, _, database = rest.partition("/")
    pairs = [_host_and_port(server) for server in servers.split(",")] if servers else []
    settings = [tuple(setting.split("=")) for setting in query.split("&")] if query else []
    return ServerAddress(
        tuple(host for host, _ in pairs),
        tuple(port for _, port in pairs),
        database,
        tuple((name, value) for name, value in settings),
    )


def is_near(host: str) -> bool:
    """Whether a host is this machine, so that nobody is on the way to it."""
    return _NEAR.fullmatch(host) is not None


def _host_and_port(server: str) -> tuple[str, str]:
    match = re.fullmatch(r"\[?(.*?)\]?(?::([0-9]{1,5}))?", server)
    return (match[1], match[2] or "") if match else (server, "")
