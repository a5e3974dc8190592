"""What whoever looks after a shared ledger does: sets it up, says who may report, copies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cdstrack.core.model.entries import Target
from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import Share
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.core.model.structs import dataclass
from cdstrack.core.values.points import forms_of
from cdstrack.store.postgres.connection import (
    VERSION,
    answers,
    connection,
    refuse_other_registers,
    refuse_others,
)

if TYPE_CHECKING:
    import psycopg

_LETTERS = {Decimal: "v", Share: "s", bool: "d"}


_LAG = {
    False: "select count(*), extract(epoch from max("  # who may not see more sees the number
    " case when replay_lsn = pg_current_wal_lsn() then interval '0' else replay_lag end))::float"
    " from pg_stat_replication",
    True: "select 0, case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0"
    " else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) end::float",
}
"""How many follow and the seconds they are behind: for the first server, and one that follows."""


class Seat(NamedTuple):
    """What came of letting a login report for a body, or no longer."""

    is_new: bool
    """Whether that changed anything."""
    is_clerk: bool
    """Whether there is such a login, with the role that reporting takes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A shared ledger as somebody finds it who has logged in."""

    server: str
    engine: str
    """The version of PostgreSQL."""
    schema: int
    login: str
    roles: Sequence[str]
    """Those of ours that the login has."""
    desks: Sequence[tuple[str, str]]
    """The bodies that it may report for, each with a target, or an empty text for all of them."""
    records: int
    targets: int
    clock: datetime
    is_superuser: bool
    standbys: int = 0
    """The servers that follow this one."""
    lag: float | None = None
    """The seconds they are behind, or this one if it follows another; None if it is not known."""
    is_standby: bool = False


_PARTS = ")  -- partition by hash (target)"
"""What is in ``schema.sql`` where the reports can be parted."""


def schema_text(partitions: int = 0) -> str:
    """The SQL that sets up a shared ledger, its reports in so many parts by target, or in one."""
    text = Path(__file__).with_name("schema.sql").read_text("utf-8")
    if not partitions:
        return text
    parts = "".join(
        f"create table cdstrack.reports_{n} partition of cdstrack.reports"
        f" for values with (modulus {partitions}, remainder {n});\n"
        for n in range(partitions)
    )
    # Last: whoever may read the reports needs no right on a part of them.
    return f"{text.replace(_PARTS, ') partition by hash (target)  --')}\n{parts}"


def script(register: Register, partitions: int = 0) -> str:
    """The same as a whole transaction for whoever runs it with psql; ``sync`` comes after it."""
    title = register.title.vi.replace("'", "''")
    values = f"insert into cdstrack.ledger (version, register) values ({VERSION}, '{title}');"  # noqa: S608
    return f"begin;\n{schema_text(partitions)}\n{values}\ncommit;\n"


class Names(NamedTuple):
    """What a server was told of a register."""

    targets: int
    """How many targets are new there."""
    changes: int
    """How many have another owner or other forms now."""
    bodies: int
    """How many bodies are new there."""
    absent: int
    """How many targets and bodies are there and not in the register; they stay."""


class Desk(NamedTuple):
    """A login and the body that it may report for, on a target, or an empty text for any."""

    member: str
    body: str
    target: str


def set_up(address: ServerAddress, register: Register, partitions: int = 0) -> bool:
    """Make the schema where there is none, and bring its names up to date; whether it is new.

    ``partitions`` parts a new ledger's reports by target. Raises StoreError ``store_*``.
    """
    with connection(address) as link, answers(address), link.transaction():
        row = link.execute("select to_regclass('cdstrack.ledger') is null").fetchone()
        is_new = bool(row and row[0])
        if is_new:
            link.execute(schema_text(partitions).encode())
            link.execute("reset role")
            link.execute("set local role cdstrack_owner")
            link.execute(
                "insert into cdstrack.ledger (version, register) values (%s, %s)",
                [VERSION, register.title.vi],
            )
            link.execute("reset role")
        refuse_others(link, address)
        refuse_other_registers(link, address, register.targets_of)
        _sync(link, register)
    return is_new


def forms(register: Register, target: Target) -> str:
    """The forms in which reports on a target count, a letter for each; none for a parent."""
    if target.id in register.classes:
        return ""
    kinds = forms_of(target, single=True) | forms_of(target, single=False)
    if target.strands or target.conditions:  # whose figures may be of other forms
        kinds |= {Decimal, Share, bool}
    return "".join(letter for kind, letter in _LETTERS.items() if kind in kinds)


def sync(address: ServerAddress, register: Register) -> Names:
    """Tell a ledger of the targets and bodies of a register. Raises StoreError ``store_*``."""
    with connection(address) as link, answers(address), link.transaction():
        refuse_others(link, address)
        refuse_other_registers(link, address, register.targets_of)
        return _sync(link, register)


def _sync(link: psycopg.Connection[Any], register: Register) -> Names:
    """The targets and bodies of a register; what is there and not in it stays."""
    rows = {
        name: (subject.owner, forms(register, subject))
        for name in register.targets_of
        if (subject := register.subject(name)) is not None
    }
    # Of two who do this at once the other one goes on from here.
    link.execute("lock table cdstrack.targets, cdstrack.bodies in share row exclusive mode")
    targets = _add(link, "targets", rows, ("owner", "forms"))
    bodies = _add(link, "bodies", dict.fromkeys(register.bodies, ()), ())
    return Names(targets.new, targets.changes, bodies.new, targets.absent + bodies.absent)


class _Count(NamedTuple):
    new: int
    changes: int
    absent: int


def _add(
    link: psycopg.Connection[Any],
    table: str,
    rows: Mapping[str, Sequence[str]],
    columns: Sequence[str],
) -> _Count:
    names = ", ".join(("no", "id", *columns))
    numbers = {
        name: (number, tuple(fields))
        for number, name, *fields in link.execute(
            f"select {names} from cdstrack.{table}"  # noqa: S608  ours
        ).fetchall()
    }
    last = max((number for number, _ in numbers.values()), default=0)
    marks = ", ".join(["%s"] * (2 + len(columns)))
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    conflict = f"update set {changes}" if columns else "nothing"
    values, new = [], 0
    for name, fields in rows.items():
        if name not in numbers:
            new += 1
            values.append((last + new, name, *fields))
        elif numbers[name][1] != tuple(fields):
            values.append((numbers[name][0], name, *fields))
    absent = numbers.keys() - rows.keys() - {""}  # which is the target as a whole
    with link.cursor() as cursor:
        cursor.executemany(
            f"insert into cdstrack.{table} ({names}) values ({marks})"  # noqa: S608  ours
            f" on conflict (no) do {conflict}",
            values,
        )
    return _Count(new, len(values) - new, len(absent))


def desks(address: ServerAddress) -> list[Desk]:
    """Who may report for whom. Raises StoreError ``store_*``."""
    with connection(address) as link, answers(address):
        refuse_others(link, address)
        return desks_on(link)


def desks_on(link: psycopg.Connection[Any]) -> list[Desk]:
    """The same on a connection that is there."""
    rows = link.execute(
        "select d.member, b.id, coalesce(t.id, '') from cdstrack.desks d"
        " join cdstrack.bodies b on b.no = d.body"
        " left join cdstrack.targets t on t.no = d.target order by 1, 2, 3"
    ).fetchall()
    return [Desk(*row) for row in rows]


def seat(
    address: ServerAddress, member: str, body: str, target: str | None, *, remove: bool = False
) -> Seat:
    """Let a login report for a body, or no longer.

    Raises StoreError ``store_*``; ``store_no_body`` and ``store_no_target`` for unknown names.
    """
    with connection(address) as link, answers(address), link.transaction():
        refuse_others(link, address)
        numbers = []
        for table, name, code in (
            ("bodies", body, "store_no_body"),
            ("targets", target, "store_no_target"),
        ):
            query = f"select no from cdstrack.{table} where id = %s"  # noqa: S608  ours
            row = link.execute(query.encode(), [name]).fetchone()
            if row is None and name is not None:
                raise StoreError(code, server=address.server, id=name)
            numbers.append(row[0] if row else 0)
        values = [member, *numbers]
        if remove:
            done = link.execute(
                "delete from cdstrack.desks where (member, body, target) = (%s, %s, %s)", values
            )
        else:
            done = link.execute(
                "insert into cdstrack.desks values (%s, %s, %s) on conflict do nothing", values
            )
        row = link.execute(
            "select exists(select from pg_roles where rolname = %s"
            " and pg_has_role(oid, 'cdstrack_clerk', 'member'))",
            [member],
        ).fetchone()
        return Seat(done.rowcount > 0, bool(row and row[0]))


def standing(address: ServerAddress) -> Standing:
    """What a shared ledger is, and what the login may do there. Raises StoreError ``store_*``."""
    with connection(address) as link, answers(address):
        refuse_others(link, address)
        row = link.execute(
            "select current_setting('server_version'), session_user, clock_timestamp(),"
            " (select count(*) from cdstrack.targets),"
            " (select version from cdstrack.ledger), rolsuper, pg_is_in_recovery()"
            " from pg_roles where rolname = session_user"
        ).fetchone()
        roles = link.execute(
            "select rolname from pg_roles where rolname in"
            " ('cdstrack_steward', 'cdstrack_clerk', 'cdstrack_reader')"
            " and pg_has_role(session_user, oid, 'member') order by rolname"
        ).fetchall()
        desks = link.execute(
            "select b.id, coalesce(t.id, '') from cdstrack.desks d"
            " join cdstrack.bodies b on b.no = d.body"
            " left join cdstrack.targets t on t.no = d.target"
            " where d.member = session_user order by 1, 2"
        ).fetchall()
        names = [name for (name,) in roles]
        source = "reports" if "cdstrack_reader" in names else "own_reports(null)"
        count = link.execute(f"select count(*) from cdstrack.{source}".encode()).fetchone()  # noqa: S608
        is_standby = bool(row and row[-1])
        lag = link.execute(_LAG[is_standby]).fetchone()
        place = f"{link.info.host}:{link.info.port}/{link.info.dbname}"
    if row is None or count is None:
        raise StoreError("store_not_initialised", server=address.server)
    engine, login, clock, targets, schema, is_superuser, _ = row
    standbys, seconds = lag or (0, None)
    server = f"{address.server} ({place})" if address.service else address.server
    return Standing(
        server, engine, schema, login, names, desks, count[0], targets, clock, is_superuser,
        standbys, seconds, is_standby,
    )  # fmt: skip
