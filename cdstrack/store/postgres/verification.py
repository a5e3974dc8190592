"""Whether a ledger on a server is as it was set up: who holds which rights, what its functions do,
whether every stream of reports is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cdstrack.core.model.server_address import ServerAddress
from cdstrack.core.model.structs import dataclass, field
from cdstrack.store.postgres.connection import answers, at_one_moment, connection, refuse_others
from cdstrack.store.postgres.steward import schema_text

if TYPE_CHECKING:
    import psycopg

_OWNER = "cdstrack_owner"
_GRANT = re.compile(r"^grant ([a-z, ]+) on ([a-z_., ]+) to ([a-z_, ]+);", re.MULTILINE)
_ALL = "all tables in schema cdstrack"
_FUNCTION = re.compile(
    r"^create function cdstrack\.(\w+)\(.*?\bas \$\$(.*?)\$\$", re.MULTILINE | re.DOTALL
)
_TABLE = re.compile(r"^create table cdstrack\.(\w+)", re.MULTILINE)


class Flaw(NamedTuple):
    """Something that is not as it was set up: a key of the catalogue, and what goes into it."""

    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what is wrong with it."""

    records: int
    streams: int
    flaws: Sequence[Flaw]


@dataclass(frozen=True, slots=True)
class _Original:
    """What ``schema.sql`` says."""

    rights: set[tuple[str, str, str]] = field(default_factory=set)
    """Table or function, role, privilege."""
    functions: dict[str, str] = field(default_factory=dict)


def verify(address: ServerAddress) -> Verification:
    """Look at all that can be looked at with any login. Raises StoreError ``store_*``."""
    with connection(address) as link, answers(address), at_one_moment(link):
        refuse_others(link, address)
        original = _original()
        flaws = [
            *_of_rights(link, original),
            *_of_owners(link),
            *_of_functions(link, original),
            *_of_triggers(link),
            *gaps_on(link),
        ]
        row = link.execute(
            "select coalesce(sum(n), 0)::bigint, count(*) from"
            " (select count(*) as n from cdstrack.reports group by target, body) as streams"
        ).fetchone()
    records, streams = row or (0, 0)
    return Verification(records, streams, flaws)


def _original() -> _Original:
    text = schema_text()
    original = _Original(functions=dict(_FUNCTION.findall(text)))
    tables = _TABLE.findall(text)
    for privileges, things, roles in _GRANT.findall(text):
        names = tables if things == _ALL else re.findall(r"cdstrack\.(\w+)", things)
        for privilege in privileges.upper().split(", "):
            original.rights.update(
                (name, role, privilege) for name in names for role in roles.split(", ")
            )
    return original


def _of_rights(link: psycopg.Connection[Any], original: _Original) -> Iterator[Flaw]:
    """Rights on tables, columns of tables and functions that nobody was given by us."""
    rows = link.execute(
        "with rights as ("
        " select relname as thing, relowner as owner, a.grantee, a.privilege_type from pg_class,"
        "  aclexplode(relacl) a where relnamespace = 'cdstrack'::regnamespace"
        " union all select relname, relowner, a.grantee, a.privilege_type from pg_attribute"
        "  join pg_class on pg_class.oid = attrelid, aclexplode(attacl) a"
        "  where relnamespace = 'cdstrack'::regnamespace"
        " union all select proname, proowner, a.grantee, a.privilege_type from pg_proc,"
        "  aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
        "  where pronamespace = 'cdstrack'::regnamespace and prosecdef)"
        " select thing::text, case grantee when 0 then 'public' else grantee::regrole::text end,"
        "  privilege_type from rights where grantee <> owner order by 1, 2, 3"
    ).fetchall()
    for thing, role, privilege in rows:
        if (thing, role, privilege) not in original.rights:
            facts = {"thing": thing, "role": role, "privilege": privilege}
            yield Flaw("verify_right", facts)


def _of_owners(link: psycopg.Connection[Any]) -> Iterator[Flaw]:
    """Who could change anything as the owner of the tables, besides a superuser."""
    rows = link.execute(
        "select relname::text, relowner::regrole::text from pg_class"
        " where relnamespace = 'cdstrack'::regnamespace and relkind in ('r', 'p', 'v')"
        " and relowner::regrole::text <> %(owner)s union all"
        " select proname::text, proowner::regrole::text from pg_proc"
        " where pronamespace = 'cdstrack'::regnamespace"
        " and proowner::regrole::text <> %(owner)s order by 1",
        {"owner": _OWNER},
    ).fetchall()
    for thing, role in rows:
        yield Flaw("verify_owner", {"thing": thing, "role": role})
    rows = link.execute(
        "select rolname::text from pg_roles where rolcanlogin and not rolsuper"
        " and pg_has_role(oid, %s, 'member') order by 1",
        [_OWNER],
    ).fetchall()
    for (role,) in rows:
        yield Flaw("verify_member", {"role": role, "owner": _OWNER})


def _of_functions(link: psycopg.Connection[Any], original: _Original) -> Iterator[Flaw]:
    rows = link.execute(
        "select proname::text, prosrc, prosecdef, array_to_string(proconfig, ' ') from pg_proc"
        " where pronamespace = 'cdstrack'::regnamespace order by 1"
    ).fetchall()
    for name, text, is_definer, config in rows:
        is_ours = original.functions.get(name) == text
        is_safe = not is_definer or (config or "").startswith("search_path=pg_catalog, pg_temp")
        if not is_ours or not is_safe:
            yield Flaw("verify_function", {"thing": name})
    for name in sorted(original.functions.keys() - {name for name, *_ in rows}):
        yield Flaw("verify_no_function", {"thing": name})


def _of_triggers(link: psycopg.Connection[Any]) -> Iterator[Flaw]:
    """What could change a report on its way in."""
    rows = link.execute(
        "select tgname::text, relname::text from pg_trigger join pg_class on pg_class.oid = tgrelid"
        " where relnamespace = 'cdstrack'::regnamespace and not tgisinternal union all"
        " select rulename::text, relname::text from pg_rewrite"
        " join pg_class on pg_class.oid = ev_class"
        " where relnamespace = 'cdstrack'::regnamespace and relkind <> 'v' order by 1, 2"
    ).fetchall()
    for name, thing in rows:
        yield Flaw("verify_trigger", {"name": name, "thing": thing})


def gaps_on(link: psycopg.Connection[Any]) -> Iterator[Flaw]:
    """Streams in which there are fewer reports than the last one's number: some were removed."""
    rows = link.execute(
        "select t.id, b.id, max(r.seq) - count(*) from cdstrack.reports r"
        " left join cdstrack.targets t on t.no = r.target"
        " left join cdstrack.bodies b on b.no = r.body"
        " group by 1, 2 having max(r.seq) <> count(*) order by 1, 2"
    ).fetchall()
    for target, body, n in rows:
        code = "verify_gap" if body else "verify_gap_whole"
        yield Flaw(code, {"target": target, "body": body, "n": n})
