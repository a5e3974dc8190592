"""The way to the server of a shared ledger, and what went wrong on it in words of our own.

psycopg's own sentences may hold passwords, and are in the language of the server: only the server's
answer to a connection is shown, and never what was sent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import dropwhile, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdstrack import __version__
from cdstrack.core.model.masking import masked
from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.server_address import ServerAddress, is_near

if TYPE_CHECKING:
    import psycopg

VERSION = 2
"""The version of the schema that is read and written; ``migration`` leads to it."""

_SECONDS = 10
_ENDS = {"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"}
"""By which a server ends a connection: on command, as it stops or starts, without the database, or
after too long a time."""
_IN_DETAIL = "cdstrack:"


def trusted_file() -> Path:
    """Where a person keeps the addresses that this machine may connect to."""
    return Path.home() / ".config" / "cdstrack" / "ledgers"


def trusts(address: ServerAddress) -> bool:
    """Whether the person has agreed to this server: a register must not send a login anywhere."""
    if os.environ.get("CDSTRACK_LEDGER") == str(address):
        return True
    try:
        lines = trusted_file().read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError, RuntimeError):
        return False
    return str(address) in map(str.strip, lines)


def trust(address: ServerAddress) -> None:
    """Remember that this server may be connected to. Raises OSError."""
    if not trusts(address):
        file = trusted_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{address}\n")


def parameters(address: ServerAddress) -> dict[str, Any]:
    """What libpq is told; the rest it knows from the person's environment and files.

    To another machine the connection is encrypted and the server proves who it is, unless the
    address says less; a password never goes out in a form that a wrong server could use.
    """
    options: dict[str, Any] = dict(address.settings)
    if address.service:
        options["service"] = address.service
    else:
        options["dbname"] = address.database
    options |= {
        "connect_timeout": _SECONDS,
        "application_name": f"cdstrack/{__version__}",
        "client_encoding": "UTF8",
    }
    if address.hosts:
        options |= {"host": ",".join(address.hosts)}
        if any(address.ports):
            options |= {"port": ",".join(port or "5432" for port in address.ports)}
    if is_far(address):
        if "sslmode" not in _service(address):
            options.setdefault("sslmode", "verify-full")
        # A server that was shown a certificate asks for nothing more, which libpq calls none.
        options["require_auth"] = "scram-sha-256,gss" + (",none" if _has_certificate() else "")
    else:
        options["require_auth"] = "!password,!md5"
    return options


def is_far(address: ServerAddress) -> bool:
    """Whether the way to a server leads out of this machine."""
    names, service = ("host", "hostaddr"), _service(address)
    places = [service.get(name) or os.environ.get(f"PG{name.upper()}", "") for name in names]
    hosts = [*address.hosts, *(places[1:] if address.hosts else places)]
    return not all(is_near(host) for place in hosts if place for host in place.split(","))


def _service(address: ServerAddress) -> dict[str, str]:
    """What the person's own file says of the service that an address names, or PGSERVICE."""
    name = address.service or os.environ.get("PGSERVICE", "")
    files = [os.environ.get("PGSERVICEFILE") or _personal(".pg_service.conf", "")]
    if folder := os.environ.get("PGSYSCONFDIR"):
        files.append(Path(folder) / "pg_service.conf")
    for file in files if name else ():
        try:
            lines = map(str.strip, Path(file).read_text("utf-8").splitlines())
        except (OSError, UnicodeDecodeError):
            continue  # libpq says what is wrong with it
        section = takewhile(lambda line: line[:1] != "[", _after(lines, f"[{name}]"))
        pairs = [line.partition("=") for line in section if line[:1] != "#"]
        if pairs:
            return {key: value for key, _, value in pairs}
    return {}


def _after(lines: Iterator[str], heading: str) -> Iterator[str]:
    """The lines after one of them."""
    return islice(dropwhile(lambda line: line != heading, lines), 1, None)


def _personal(name: str, folder: str = ".postgresql") -> Path:
    """A file of the person's where libpq looks for it; on Windows all are in one folder."""
    data = os.environ.get("APPDATA")
    return (Path(data) / "postgresql" if data else Path.home() / folder) / name


def _has_certificate() -> bool:
    """Whether the person signs in with a certificate of their own, where libpq looks for it."""
    return bool(os.environ.get("PGSSLCERT")) or _personal("postgresql.crt").exists()


def _authority(address: ServerAddress) -> str:
    """The file with the certificates of those who may vouch for a server, by its whole name."""
    name = _service(address).get("sslrootcert") or os.environ.get("PGSSLROOTCERT")
    return name or str(_personal("root.crt"))


def require_driver() -> None:
    """Raises StoreError where the extra is not installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise StoreError("store_extra_missing") from None


@contextmanager
def connection(address: ServerAddress) -> Iterator[psycopg.Connection[Any]]:
    """A connection of our own, each statement a transaction. Raises StoreError ``store_*``."""
    if not trusts(address):
        raise StoreError("store_untrusted", server=address.server)
    require_driver()
    import logging  # as psycopg does

    import psycopg

    # What cannot be undone on a connection that is lost it tells whoever sees the errors.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    try:
        link = psycopg.connect(**parameters(address), autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        raise _refusal(address, error) from None
    try:
        if link.info.parameter_status("server_encoding") != "UTF8":
            raise StoreError("store_encoding", server=address.server)
        yield link
    finally:
        link.close()


@contextmanager
def at_one_moment(link: psycopg.Connection[Any]) -> Iterator[None]:
    """All that is read here is read as the server stood at one moment."""
    with link.transaction():
        link.execute("set transaction isolation level repeatable read read only")
        yield


def _refusal(address: ServerAddress, error: psycopg.Error) -> StoreError:
    pgconn = getattr(error, "pgconn", None)
    if pgconn is not None and pgconn.needs_password:
        return StoreError("store_password_wanted", server=address.server)
    reason = masked(" ".join(str(error).split()))[:300].rstrip(".")
    reason += "" if reason.endswith("?") else "."
    if pgconn is not None and pgconn.used_password:
        return StoreError("store_refused_login", server=address.server, reason=reason)
    hint = {"hint": "far"} if is_far(address) else {}
    authority = _authority(address)
    if hint and authority in reason and not Path(authority).exists():
        # libpq goes on to name options that nobody has here.
        return StoreError("store_no_authority", server=address.server, path=authority, **hint)
    return StoreError("store_unreachable", server=address.server, reason=reason, **hint)


def is_loss(error: psycopg.Error) -> bool:
    """Whether a connection is lost, whoever has ended it, and not what was asked for refused."""
    import psycopg

    state = error.sqlstate
    if state is None:  # nobody has answered, or in a way that nobody understands
        return isinstance(error, psycopg.OperationalError) or type(error) is psycopg.DatabaseError
    return state.startswith("08") or state in _ENDS


def failure(address: ServerAddress, error: psycopg.Error) -> StoreError:
    """What the server refused, as one of our own errors."""
    state, facts = error.sqlstate or "", {"server": address.server}
    message = error.diag.message_primary or ""
    if message.startswith(_IN_DETAIL):
        details = json.loads(error.diag.message_detail or "{}")
        code = message.removeprefix(_IN_DETAIL)
        if code == "store_no_desk" and not details.get("body"):
            code = "store_no_desk_whole"
        hint = {"hint": "stewards"} if details.get("stewards") else {}
        return StoreError(code, **facts, **details, **hint)
    if state in ("3F000", "42P01", "42883"):
        return StoreError("store_not_initialised", **facts)
    if state in ("42501", "25006"):
        return StoreError("store_not_allowed", **facts)
    if is_loss(error):
        reason = masked(message or " ".join(str(error).split()))[:300]
        return StoreError("store_unreachable", **facts, reason=reason)
    reason = message if state[:2] in ("53", "57") else f"SQLSTATE {state or '?'}"
    return StoreError("store_failed", **facts, reason=masked(reason))


def schema_version(link: psycopg.Connection[Any]) -> int:
    """The version of the schema on a server. Raises psycopg.Error where there is none."""
    row = link.execute("select version from cdstrack.ledger").fetchone()
    return int(row[0]) if row else 0


def refuse_others(link: psycopg.Connection[Any], address: ServerAddress) -> None:
    """Raises StoreError for a schema of another version."""
    version = schema_version(link)
    if version != VERSION:
        code = "store_newer" if version > VERSION else "store_older"
        raise StoreError(code, server=address.server, version=version, ours=VERSION)


def refuse_other_registers(
    link: psycopg.Connection[Any], address: ServerAddress, targets: Collection[str]
) -> None:
    """Raises StoreError where a ledger knows targets, and none of these: it is that of another
    register. A title says nothing about that, for it may be edited."""
    row = link.execute(
        "select register from cdstrack.ledger where exists (select from cdstrack.targets)"
        " and not exists (select from cdstrack.targets where id = any(%s))",
        [sorted(targets)],
    ).fetchone()
    if row is not None and targets:
        raise StoreError("store_other_register", server=address.server, title=row[0])


@contextmanager
def answers(address: ServerAddress) -> Iterator[None]:
    """Whatever the server refuses becomes one of our own errors. Raises StoreError."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise failure(address, error) from None
