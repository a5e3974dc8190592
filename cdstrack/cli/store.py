"""``cdstrack store``: sets up a ledger on a server, says who may report in it, copies ledgers."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.standing import load_register
from cdstrack.cli.options import OneOf
from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal, StoreError
from cdstrack.core.model.server_address import ServerAddress, is_server, parse_address
from cdstrack.i18n import Words
from cdstrack.render.shared_lines import (
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
from cdstrack.store.postgres.verification import verify

ACTIONS = {
    "init": 0, "trust": 0, "sync": 0, "desk": 2, "pull": 0, "push": 0, "status": 0, "verify": 0,
    "migrate": 0, "copy": 2,
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
    register = load_register(store)
    if action == "init" and print_:
        session.write([steward.script(register, partitions)], "sql")
        return EXIT_OK
    if action == "copy":
        return _copy(session, store, names)
    address = store.server.address if store.server is not None else None
    if address is None:
        raise StoreError("store_is_file", path=str(store.path))
    words = session.words
    facts: dict[str, object] = {"server": address.server}
    if is_list:
        session.say(desk_lines(steward.desks(address), register, words))
        return EXIT_OK
    if action == "verify":
        verification = verify(address)
        session.say(verification_lines(verification, words, **facts))
        return EXIT_DATA if verification.flaws else EXIT_OK
    if action in ("pull", "push"):
        return (_pull if action == "pull" else _push)(session, store)
    if action == "migrate":
        return _migrate(session, address, print_=print_)
    if action == "status":
        session.problems(store.register()[1])
        standing = steward.standing(address)
        session.say(standing_lines(standing, register, session.now, store.zone, words))
        return EXIT_OK
    hint: Line = []
    with outcome(session) as receipt:
        if action == "trust":
            trust(address)
            text = words("store_trusted", **facts)
        elif action == "sync":
            receipt += sync_lines(steward.sync(address, register), words, **facts)
            session.say(receipt)
            return EXIT_OK
        elif action == "init":
            is_new = steward.set_up(address, register, partitions)
            facts |= {"n": len(register.targets)}
            text = words("store_made" if is_new else "store_updated", **facts)
        else:
            member, body = names
            seat = steward.seat(address, member, body, target, remove=remove)
            facts |= {"member": member, "body": body, "target": target or ""}
            text = words(_SEAT[remove, seat.is_new], **facts)
            if not seat.is_clerk and not remove:
                hint = [(words("store_no_clerk", **facts), "warn")]
        receipt += [[(text, "good")], *([hint] if hint else [])]
        session.say(receipt)
    return EXIT_OK


def _pull(session: Session, store: FileStore) -> int:
    """Bring the mirror up to date."""
    server, words = store.server, session.words
    if server is None:
        raise StoreError("store_is_file", path=str(store.path))
    mirror = Mirror(store.path.parent)
    mirror.refuse_other(server.address)
    with outcome(session) as receipt:
        result = pull(server.address, mirror, waiting=server.waiting, work=session.work)
        receipt += pull_lines(result, mirror, server.name, words)
        session.say(receipt)
    return EXIT_DATA if result.spare else EXIT_OK


def _push(session: Session, store: FileStore) -> int:
    """Take the outbox to the server, and bring a mirror up to date with what it has now."""
    server, words = store.server, session.words
    if server is None:
        raise StoreError("store_is_file", path=str(store.path))
    mirror = Mirror(store.path.parent)
    mirror.refuse_other(server.address)
    with outcome(session) as receipt:
        result = push(server, mirror.outbox)
        receipt += push_lines(result, server.name, str(mirror.outbox), words)
        session.problems(result.problems)
        session.say(receipt)
    if mirror.position() is not None and not result.problems and server.sees_all:
        return _pull(session, store) or (EXIT_DATA if result.refusals else EXIT_OK)
    return EXIT_DATA if result.refusals or result.problems else EXIT_OK


def _migrate(session: Session, address: ServerAddress, *, print_: bool) -> int:
    """Tell the steps to the newest version of the tables, then take them."""
    words, facts = session.words, {"server": address.server, "version": VERSION}
    if print_:
        session.write((step_text(version) for version in steps_of(address)), "sql")
        return EXIT_OK
    with outcome(session) as receipt:
        steps = migrate(address, lambda steps: session.say(_step_lines(steps, address, words)))
        code = "store_migrated" if steps else "store_same_version"
        receipt += [[(words(code, **facts), "good")]]
        session.say(receipt)
    return EXIT_OK


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
    "copy": "copy progress.jsonl postgresql://db.example.gov.vn/register",
}


def _copy(session: Session, store: FileStore, names: Sequence[str]) -> int:
    """From a file to a server, or the other way."""
    source, goal = map(_place, names)
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
