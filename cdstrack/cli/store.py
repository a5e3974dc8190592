"""``cdstrack store``: sets up a ledger on a server, says who may report in it, copies ledgers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from cdstrack.app.standing import load_register
from cdstrack.cli.options import OneOf
from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal, StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.server_address import ServerAddress, is_server, parse_address
from cdstrack.core.model.structs import replace
from cdstrack.i18n import Words
from cdstrack.render.shared_lines import (
    day_seal_lines,
    desk_lines,
    pull_lines,
    push_lines,
    standing_lines,
    sync_lines,
    verification_lines,
)
from cdstrack.render.text import Line
from cdstrack.store.files import FileStore
from cdstrack.store.mirror import Mirror
from cdstrack.store.postgres import copies, steward
from cdstrack.store.postgres.connection import VERSION, trust
from cdstrack.store.postgres.migration import migrate, step_text, steps_of
from cdstrack.store.postgres.pull import pull
from cdstrack.store.postgres.push import push
from cdstrack.store.postgres.seal_days import flaws_of_days, seal_days
from cdstrack.store.postgres.shared_ledger import SharedLedger
from cdstrack.store.postgres.verification import verify

ACTIONS = {
    "init": 0, "trust": 0, "sync": 0, "desk": 2, "pull": 0, "push": 0, "seals": 0, "status": 0,
    "verify": 0, "migrate": 0, "copy": 2,
}  # fmt: skip
"""What can be done, and how many words come after it."""


def run(
    session: Session,
    *,
    action: Annotated[
        str,
        typer.Argument(metavar="ACTION", help="arg_store_action"),
        OneOf(ACTIONS),
    ],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME…]", help="arg_store_names")
    ] = None,
    print_: Annotated[bool, typer.Option("--print", help="opt_print_store")] = False,
    target: Annotated[
        str | None, typer.Option("--target", metavar="ID", help="opt_target_store")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="opt_remove_store")] = False,
    partitions: Annotated[
        int,
        typer.Option("--partitions", metavar="N", min=0, max=1024, help="opt_partitions_store"),
    ] = 0,
) -> int:
    names = names or []
    is_list = (action, names) == ("desk", ["list"])
    if len(names) != ACTIONS[action] and not is_list:
        raise Refusal("store_words", action=action, example=f"cdstrack store {_EXAMPLES[action]}")
    store = session.store()
    job = Job(session, store, load_register(store), names, target or "", partitions)
    if action == "init" and print_:
        session.write([steward.script(job.register, partitions)], "sql")
        return EXIT_OK
    if action == "migrate" and print_:
        session.write((step_text(version) for version in steps_of(job.server.address)), "sql")
        return EXIT_OK
    if action == "desk":
        return _desks(job) if is_list else _seat(job, remove=remove)
    return _WORK[action](job)


class Job(NamedTuple):
    """What is to be done for a register, and how."""

    session: Session
    store: FileStore
    register: Register
    names: Sequence[str]
    target: str
    partitions: int

    @property
    def server(self) -> SharedLedger:
        """The ledger on the server. Raises StoreError where it is a file."""
        server = self.store.server
        if server is None:
            raise StoreError("store_is_file", path=str(self.store.path))
        return server

    def say(self, lines: Iterable[Line], *, is_fine: bool = True) -> int:
        """Print what there is to say of it; the exit code."""
        self.session.say(lines)
        return EXIT_OK if is_fine else EXIT_DATA


def _status(job: Job) -> int:
    session = job.session
    address = job.server.address
    session.problems(job.store.register()[1])
    standing = steward.standing(address)
    zone = job.store.zone
    return job.say(standing_lines(standing, job.register, session.now, zone, session.words))


def _verify(job: Job) -> int:
    address = job.server.address
    days = flaws_of_days(address, job.store.path.parent)
    verification = verify(address)
    verification = replace(verification, flaws=[*verification.flaws, *days])
    lines = verification_lines(verification, job.session.words, server=address.server)
    return job.say(lines, is_fine=not verification.flaws)


def _desks(job: Job) -> int:
    return job.say(desk_lines(steward.desks(job.server.address), job.register, job.session.words))


def _trust(job: Job) -> int:
    address, words = job.server.address, job.session.words
    with outcome(job.session) as receipt:
        trust(address)
        receipt += [[(words("store_trusted", server=address.server), "good")]]
        return job.say(receipt)


def _sync(job: Job) -> int:
    address, words = job.server.address, job.session.words
    with outcome(job.session) as receipt:
        receipt += sync_lines(steward.sync(address, job.register), words, server=address.server)
        return job.say(receipt)


def _init(job: Job) -> int:
    address, words = job.server.address, job.session.words
    facts = {"server": address.server, "n": len(job.register.targets)}
    with outcome(job.session) as receipt:
        is_new = steward.set_up(address, job.register, job.partitions)
        receipt += [[(words("store_made" if is_new else "store_updated", **facts), "good")]]
        return job.say(receipt)


def _seat(job: Job, *, remove: bool) -> int:
    address, words = job.server.address, job.session.words
    member, body = job.names
    facts = {"server": address.server, "member": member, "body": body, "target": job.target}
    with outcome(job.session) as receipt:
        seat = steward.seat(address, member, body, job.target or None, remove=remove)
        receipt += [[(words(_SEAT[remove, seat.is_new], **facts), "good")]]
        if not seat.is_clerk and not remove:
            receipt += [[(words("store_no_clerk", **facts), "warn")]]
        return job.say(receipt)


def _pull(job: Job) -> int:
    """Bring the mirror up to date."""
    session, server = job.session, job.server
    mirror = Mirror(job.store.path.parent)
    mirror.refuse_other(server.address)
    with outcome(session) as receipt:
        result = pull(server.address, mirror, waiting=server.waiting, work=session.work)
        receipt += pull_lines(result, mirror, server.name, session.words)
        return job.say(receipt, is_fine=not result.spare)


def _push(job: Job) -> int:
    """Take the outbox to the server, and bring a mirror up to date with what it has now."""
    session, server = job.session, job.server
    mirror = Mirror(job.store.path.parent)
    mirror.refuse_other(server.address)
    with outcome(session) as receipt:
        result = push(server, mirror.outbox)
        receipt += push_lines(result, server.name, str(mirror.outbox), session.words)
        session.problems(result.problems)
        code = job.say(receipt, is_fine=not (result.refusals or result.problems))
    if mirror.position() is not None and not result.problems and server.sees_all:
        return _pull(job) or code
    return code


def _seals(job: Job) -> int:
    """Seal the days that are over."""
    session, server = job.session, job.server
    with outcome(session) as receipt:
        result = seal_days(server.address, job.store.path.parent)
        receipt += day_seal_lines(result, session.words)
        return job.say(receipt)


def _migrate(job: Job) -> int:
    """Tell the steps to the newest version of the tables, then take them."""
    session, address, words = job.session, job.server.address, job.session.words
    facts = {"server": address.server, "version": VERSION}
    with outcome(session) as receipt:
        steps = migrate(address, lambda steps: session.say(_step_lines(steps, address, words)))
        code = "store_migrated" if steps else "store_same_version"
        receipt += [[(words(code, **facts), "good")]]
        return job.say(receipt)


def _step_lines(steps: Sequence[int], address: ServerAddress, words: Words) -> Iterator[Line]:
    for version in steps:
        change = words(_STEPS[version])
        facts = {"server": address.server, "before": version - 1, "version": version}
        yield [(words("store_step", change=change, **facts), "")]


_STEPS = {2: "store_step_2"}
"""What each version brings, by its key of the catalogue."""
_SEAT = {
    (False, True): "store_seat",
    (False, False): "store_seat_same",
    (True, True): "store_seat_removed",
    (True, False): "store_seat_same_removed",
}
"""What to say, by whether a desk is removed and whether that changed anything."""
_EXAMPLES = {
    "init": "init",
    "trust": "trust",
    "desk": "desk clerk07 province-07",
    "status": "status",
    "migrate": "migrate",
    "sync": "sync",
    "verify": "verify",
    "pull": "pull",
    "push": "push",
    "seals": "seals",
    "copy": "copy progress.jsonl postgresql://db.example.gov.vn/register",
}


def _copy(job: Job) -> int:
    """From a file to a server, or the other way."""
    session, store = job.session, job.store
    source, goal = map(_place, job.names)
    with outcome(session) as receipt:
        if isinstance(source, Path) and isinstance(goal, ServerAddress):
            count = copies.upload(source, goal, present=session.now, work=session.work)
            if count.problems:
                session.problems(count.problems)
                return EXIT_DATA
            server, path = goal.server, source
        elif isinstance(source, ServerAddress) and isinstance(goal, Path):
            count = copies.download(source, goal, originals=store.own_files(), work=session.work)
            server, path = source.server, goal
        else:
            raise Refusal("store_copy_pair")
        facts = {"n": count.records, "server": server, "path": str(path)}
        code = "store_uploaded" if isinstance(source, Path) else "store_downloaded"
        receipt += [[(session.words(code, **facts), "good")]]
        if count.spellings:
            receipt += [[(session.words("store_respelled", n=count.spellings), "dim")]]
        session.say(receipt)
    return EXIT_OK


def _place(name: str) -> Path | ServerAddress:
    return parse_address(name) if is_server(name) else Path(name)


_WORK: Mapping[str, Callable[[Job], int]] = {
    "init": _init, "trust": _trust, "sync": _sync, "pull": _pull, "push": _push,
    "seals": _seals, "status": _status, "verify": _verify, "migrate": _migrate, "copy": _copy,
}  # fmt: skip
