"""An earlier version of a register and its ledger, as git keeps it.

Nothing that git is asked here runs a program, writes or follows what the repository configures:
objects are read as they were committed, and what they hold is compared with their hashes, so that
the hash of a commit proves the files. What cannot be seen is an error, never an empty version.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from copy import copy
from pathlib import Path, PurePath
from typing import NamedTuple

from cdstrack.core.model.problems import StoreError
from cdstrack.store.git_conversation import Conversation, Object
from cdstrack.store.git_process import run_git, top_of, way_up

_SECONDS = 60
_STUCK: set[Path] = set()
"""Repositories in which git once did not answer in time: it is not asked there again, or a command
would wait as often as it asks."""
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")

_PROMISORS = r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"
"""The settings that make git fetch an object when it is asked for one that is not here."""

_NO_LAZY_FETCH = {39: 4, 40: 2, 41: 1, 42: 2, 43: 4, 44: 1}
"""The releases of git 2 that first could be told not to, by minor version; from 2.45 on all can."""

_REFERENCES = (
    "{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD",
)  # fmt: skip
"""What a name may stand for, in the order in which git takes it."""

_SHORT_HASH = re.compile(r"(?:^|-g)([0-9a-fA-F]{4,64})$")
"""A hash cut short, or what ``git describe`` makes of one."""
_SURELY_SHORT = 7
"""From so many digits on git itself cuts hashes; fewer may be a word or a year."""
_OF_GIT_ITSELF = re.compile(r"[A-Z]+(?:_[A-Z]+)*")
"""FETCH_HEAD and the like, which git writes beside its references."""

_PLAIN_NAME = re.compile(r"(?!-|.*\.\.)[A-Za-z0-9_./-]{1,200}")
"""A name in which nothing but git's references can be meant, or a hash."""
_SHORT_TEXT = 64 * 1024
"""So many bytes are read of what a name stands for, before it is clear that it is a commit."""
_ONE = ("--verify", "--quiet", "--end-of-options")

_FOLDER, _LINK = "40000", "120000"


def head_with(files: Iterable[Path]) -> str | None:
    """The hash of the commit that is checked out, if it holds these files as they stand.

    None where one of them was changed since, or where git or a repository is missing. Line ends
    do not count.
    """
    commits = set()
    try:
        for path in files:
            commit, content = _committed(path, "HEAD")
            if content is None or not same_text(content, path.read_bytes()):
                return None
            commits.add(commit)
    except (StoreError, OSError):
        return None
    return commits.pop() if len(commits) == 1 else None


def file_at(path: Path, commit: str) -> bytes | None:
    """The bytes of a file in a commit, None if they cannot be had, for whatever reason."""
    try:
        return _committed(path, commit)[1]
    except StoreError:
        return None


def _committed(path: Path, rev: str) -> tuple[str, bytes | None]:
    repository = Repository(Path(os.path.realpath(path.parent)), rev)
    commit = repository.commit()
    return commit, repository.file(commit, PurePath(path.name))


def same_text(content: bytes, other: bytes) -> bool:
    """Whether two contents are the same, but for line ends."""
    return content == other or content.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")


class Entry(NamedTuple):
    """What a folder holds under a name."""

    mode: str
    hash: str

    @property
    def is_file(self) -> bool:
        return self.mode.startswith("100")

    @property
    def is_folder(self) -> bool:
        return self.mode == _FOLDER

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK

    @classmethod
    def folder(cls, name: str) -> Entry:
        return cls(_FOLDER, name)


class Repository:
    """The repository around a folder, asked for what one revision of it holds.

    ``objects`` are the commits and folders that were read, by kind and hash, so that each is read
    once; of files there may be too much to keep. ``is_shallow`` says whether git leaves out commits
    here, None before that was asked.
    """

    def __init__(self, folder: Path, rev: str) -> None:
        self.folder = folder
        self.rev = rev
        self.objects: dict[tuple[str, str], bytes] = {}
        self.is_shallow: bool | None = None
        self._hashes: dict[str, str | None] = {}
        self._conversation = Conversation(folder)

    def at(self, rev: str, folder: Path | None = None) -> Repository:
        """The same repository asked for another revision, or from another of its folders."""
        other = copy(self)
        other.rev = rev
        other.folder = self.folder if folder is None else folder
        return other

    def commit(self) -> str:
        """The hash of the commit that the revision names. Raises StoreError."""
        self._check_folders()
        if self.is_shallow is None:
            self.is_shallow = self._begin()
        code = "version_unknown_shallow" if self.is_shallow else "version_unknown"
        unknown = StoreError(code, rev=self.rev)
        if not self.rev:
            raise StoreError("version_empty")
        if not self.rev.strip("0") and _HASH.fullmatch(self.rev):
            raise StoreError("version_zeros", rev=self.rev)
        if self.rev.startswith("-") or "\0" in self.rev:
            raise unknown
        self._check_name(unknown)
        self._check_log()
        # In two steps: what is put behind a name may be read as a part of it.
        name = self.resolve(self.rev)
        if name is None:
            raise unknown
        if ("commit", name) in self.objects:
            return name
        object_ = self._say(f"{name}^{{commit}}", "commit")
        if object_ is not None:
            return object_.hash
        answer = self.ask("cat-file", "--batch", stdin=f"{name}^{{commit}}\n".encode("ascii"))
        if answer.returncode:
            raise self.failure(answer)
        head, _, data = answer.stdout.partition(b"\n")
        if re.fullmatch(rb"[0-9a-f]+ commit [0-9]+", head):
            commit = head.split()[0].decode("ascii")
            self.objects["commit", commit] = content_of(commit, "commit", data[:-1])
            return commit
        # A whole hash is a name for git, whether there is such an object or not.
        answer = self.ask("cat-file", "-t", name)
        if answer.returncode:
            raise unknown
        if answer.stdout.strip() == b"commit":
            raise StoreError("version_object", hash=name)
        raise StoreError("version_no_commit", rev=self.rev)

    def _begin(self) -> bool:
        """Whether commits are left out here. Raises StoreError where git may not be asked more."""
        promisors = self.ask("config", "--get-regexp", _PROMISORS)
        if promisors.returncode == 1 and self._is_whole():
            head = self._say("HEAD", "commit")  # which it would not say of what it does not trust
            if head is not None:
                self._hashes["HEAD"] = head.hash
                return False
        answer = self.ask("rev-parse", "--is-shallow-repository", *_ONE, "HEAD")
        words = answer.stdout.decode("ascii", "replace").split()
        if not words:  # where nothing is checked out, that alone is not said
            message = answer.stderr.decode("utf-8", "backslashreplace")
            if "dubious ownership" in message:
                raise StoreError("version_untrusted", folder=str(self.folder))
            if "not a git repository" in message:
                raise StoreError("version_no_repository", folder=str(self.folder))
            raise self.failure(answer)
        self._check_promisors(promisors)
        if not answer.returncode and _HASH.fullmatch(words[-1]):
            self._hashes["HEAD"] = words[-1]
        return words[0] == "true"

    def shallow_file(self) -> Path | None:
        """Where git notes before which commits it leaves all out; None where only git knows."""
        store = (top_of(self.folder) or self.folder) / ".git"
        is_plain = store.is_dir() and not os.path.lexists(store / "commondir")
        return store / "shallow" if is_plain else None

    def _is_whole(self) -> bool:
        """Whether it is plain to see that no commits are left out."""
        path = self.shallow_file()
        return path is not None and not os.path.lexists(path)

    def _check_name(self, unknown: StoreError) -> None:
        """Raise StoreError where git would take the name for something else than who wrote it.

        ``version_ambiguous`` where tags and branches share it, or it is called like the branch of
        a remote: git takes the tag then. ``version_like_hash`` where it may be the short hash of a
        commit. ``unknown`` where it is a file in .git, or a reference in other letters.
        """
        name = re.split(r"[~^:]|@\{", self.rev)[0]
        if not name or name in ("HEAD", "@"):
            return
        hash_ = self.resolve(name)
        if _HASH.fullmatch(name) and hash_ == name:
            return
        names = [template.format(name) for template in _REFERENCES]
        references = self._references(*names)
        meanings = [reference for reference in names if reference in references]
        if name in meanings:
            return
        short = _SHORT_HASH.search(name)
        if not meanings:
            is_hash = short is not None and (hash_ or "").startswith(short[1].lower())
            if hash_ is not None and not is_hash and not _OF_GIT_ITSELF.fullmatch(name):
                raise unknown
            return
        meaning = meanings[0]
        if len(meanings) == 1 and not name.startswith("refs/"):
            if short is not None and (len(short[1]) >= _SURELY_SHORT or self._begins(short[1])):
                raise StoreError("version_like_hash", rev=name, name=meaning)
            meanings += self._remote_branches(meaning, name)
            if self.resolve(meaning) != hash_:
                meanings.insert(0, f".git/{name}")
        if len(meanings) > 1 or name.startswith("refs/"):
            facts = {"rev": name, "names": ", ".join(meanings), "name": meanings[-1]}
            raise StoreError("version_ambiguous", **facts)

    def _remote_branches(self, meaning: str, name: str) -> Sequence[str]:
        """The branches of remotes for which a tag or branch may be taken, there or not.

        So is what a name says that begins as git shortens its references, ``heads/main``.
        """
        remote, slash, _ = name.partition("/")
        if slash and remote in ("heads", "tags", "remotes"):
            return () if meaning == f"refs/{name}" else (f"refs/{name}",)
        if not meaning.startswith(("refs/tags/", "refs/heads/")):
            return ()
        if slash:
            remotes = self.ask("remote").stdout.split(b"\n")
            if remote == "origin" or os.fsencode(remote) in remotes:
                return (f"refs/remotes/{name}",)
        is_tag = meaning.startswith("refs/tags/")
        return self._references(f"refs/remotes/*/{name}") if is_tag else ()

    def _references(self, *patterns: str) -> Sequence[str]:
        answer = self.ask("for-each-ref", "--format=%(refname)", *patterns)
        if answer.returncode:
            raise self.failure(answer)
        return os.fsdecode(answer.stdout).splitlines()

    def _begins(self, digits: str) -> bool:
        """Whether any object's hash begins with these digits."""
        return bool(self.ask("rev-parse", f"--disambiguate={digits}").stdout.strip())

    def _check_log(self) -> None:
        """Raise StoreError ``version_log`` where git noted nothing so long ago.

        It takes the oldest version then that it did note: in a fresh clone that of today.
        """
        if "@{" in self.rev:
            answer = self.ask("rev-parse", "--verify", "--end-of-options", self.rev)
            if b"only goes back to" in answer.stderr:
                raise StoreError("version_log", rev=self.rev)

    def resolve(self, name: str) -> str | None:
        """The hash that a name stands for, None if it stands for nothing."""
        if name not in self._hashes:
            is_plain = _PLAIN_NAME.fullmatch(name)
            object_ = self._say(name, limit=_SHORT_TEXT) if is_plain else None
            if object_ is not None:
                text = object_.hash
            else:
                answer = self.ask("rev-parse", *_ONE, name)
                text = answer.stdout.decode("ascii", "replace").strip()
            self._hashes[name] = text if _HASH.fullmatch(text) else None
        return self._hashes[name]

    def head(self) -> str | None:
        """The hash of the commit that is checked out, None if there is none."""
        name = self._hashes.get("HEAD")
        if name is not None and self.content("commit", name) is not None:
            return name
        return self.resolve("HEAD^{commit}")

    def content(self, kind: str, name: str, *, limit: int | None = None) -> bytes | None:
        """What the object with a hash holds, as the hash proves, if it is no larger.

        None where git does not give it that easily: then it has to be asked for that alone.
        """
        if (kind, name) in self.objects:
            return self.objects[kind, name]
        object_ = self._say(name, kind, limit=limit)
        return object_.data if object_ is not None and object_.hash == name else None

    def _say(
        self, name: str, kind: str | None = None, *, limit: int | None = None
    ) -> Object | None:
        """What git says of a name in the conversation, unless its hash proves it wrong."""
        self._check_stuck()
        try:
            object_ = self._conversation.object(name, kind, limit=limit, seconds=_SECONDS)
        except subprocess.TimeoutExpired:
            raise self._give_up() from None
        if object_ is None:
            return None
        try:
            content_of(object_.hash, object_.kind, object_.data)
        except StoreError:
            return None
        if object_.kind in ("commit", "tree"):
            self.objects[object_.kind, object_.hash] = object_.data
        return object_

    def file(self, commit: str, name: PurePath, *, limit: int | None = None) -> bytes | None:
        """The bytes of a file as they were committed, None if it was not there.

        Raises StoreError ``version_not_a_file`` for a folder or link, or what lies behind a link
        or in a submodule: what cannot be seen is not taken for nothing.
        """
        refusal = StoreError("version_not_a_file", path=name.as_posix(), rev=self.rev)
        entry = Entry.folder(self._tree(commit))
        for part in (*self.prefix(), *name.parts):
            if not entry.is_folder:
                raise refusal
            below = tree_entry(
                self._small_object("tree", entry.hash), os.fsencode(part), len(commit)
            )
            if below is None:
                return None
            entry = below
        if not entry.is_file:
            raise refusal
        data = self.content("blob", entry.hash, limit=limit)
        if data is None and limit is not None and self._size(entry.hash) > limit:
            raise StoreError("file_too_large", path=f"{self.rev}:{name}", limit=limit)
        return self._object("blob", entry.hash) if data is None else data

    def _check_folders(self) -> None:
        """Raise StoreError where the register lies in what git takes for a repository itself.

        HEAD and objects can be committed like any files, with a history that never was.
        """
        for folder in way_up(self.folder):
            store = (folder / "objects", folder / "commondir")
            if (folder / "HEAD").exists() and any(path.exists() for path in store):
                raise StoreError("version_bare", folder=str(folder))

    def _check_promisors(self, answer: subprocess.CompletedProcess[bytes]) -> None:
        """Raise StoreError where git would fetch what is not here, and cannot be told not to."""
        if answer.returncode == 1:  # none
            return
        if answer.returncode:
            raise self.failure(answer)
        text = self.ask("version").stdout
        match = re.match(rb"git version (\d+)\.(\d+)(?:\.(\d+))?", text)
        major, minor, patch = (
            (int(digits or 0) for digits in match.groups()) if match else (0, 0, 0)
        )
        if (major, minor) < (2, 45) and (major < 2 or patch < _NO_LAZY_FETCH.get(minor, 1000)):
            raise StoreError("version_partial", folder=str(self.folder))

    def prefix(self) -> Sequence[str]:
        """The folders from the top of the repository down to this one."""
        folder = Path(os.path.realpath(self.folder))
        top = top_of(folder)
        if top is None:
            raise StoreError("version_no_repository", folder=str(folder))
        return folder.relative_to(top).parts

    def _tree(self, commit: str) -> str:
        """The hash of the top folder of a commit."""
        match = re.match(rb"tree ([0-9a-f]+)\n", self._small_object("commit", commit))
        if match is None:
            raise StoreError("version_object", hash=commit)
        return match[1].decode("ascii")

    def _size(self, name: str) -> int:
        answer = self.ask("cat-file", "-s", name)
        if answer.returncode:
            raise self.failure(answer)
        return int(answer.stdout)

    def _small_object(self, kind: str, name: str) -> bytes:
        data = self.content(kind, name)
        if data is None:
            data = self.objects[kind, name] = self._object(kind, name)
        return data

    def _object(self, kind: str, name: str) -> bytes:
        """What an object holds. Raises StoreError ``version_object`` if its hash is another."""
        answer = self.ask("cat-file", kind, name)
        if answer.returncode:
            raise self.failure(answer)
        return content_of(name, kind, answer.stdout)

    def ask(self, *args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        self._check_stuck()
        try:
            return run_git(self.folder, *args, stdin=stdin, seconds=_SECONDS)
        except FileNotFoundError:
            raise StoreError("version_no_git") from None
        except subprocess.TimeoutExpired:
            raise self._give_up() from None
        except OSError as error:
            raise StoreError("version_failed", reason=error.strerror or str(error)) from None

    def _check_stuck(self) -> None:
        if _STUCK and (top_of(self.folder) or self.folder) in _STUCK:
            raise self._give_up()

    def _give_up(self) -> StoreError:
        _STUCK.add(top_of(self.folder) or self.folder)
        return StoreError("version_timeout", seconds=_SECONDS)

    def failure(self, ran: subprocess.CompletedProcess[bytes]) -> StoreError:
        """An error that we do not know, in git's own words."""
        lines = ran.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
        return StoreError("version_failed", reason=lines[-1] if lines else str(ran.returncode))


def content_of(name: str, kind: str, data: bytes) -> bytes:
    """What an object holds, compared with its hash; git itself does that for few kinds of reading.

    Raises StoreError ``version_object`` if its hash is another.
    """
    digest = hashlib.sha1 if len(name) == 40 else hashlib.sha256
    if digest(f"{kind} {len(data)}\0".encode("ascii") + data).hexdigest() != name:
        raise StoreError("version_object", hash=name)
    return data


def tree_entry(tree: bytes, name: bytes, digits: int) -> Entry | None:
    """What a tree holds under a name; its hashes have so many digits each.

    Raises StoreError ``version_tree`` for one that git itself would not make. Of two entries of
    one name a check-out gives the last, and a name with a slash is written over another file.
    """
    refusal = StoreError("version_tree", path=os.fsdecode(name))
    entries: list[Entry] = []
    start = 0
    while start < len(tree):
        end = tree.find(b"\0", start)
        mode, _, entry = tree[start:end].partition(b" ")
        start = end + 1 + digits // 2
        if end < 0 or start > len(tree) or b"/" in entry or not mode.isdigit():
            raise refusal
        if entry == name:
            entries.append(Entry(mode.decode("ascii"), tree[end + 1 : start].hex()))
    if len(entries) > 1:
        raise refusal
    return entries[0] if entries else None
