"""Shows how far a run has come that takes longer than a second, on the terminal of its errors."""

from __future__ import annotations

import sys
import threading
from time import monotonic
from typing import TYPE_CHECKING

from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.model.work import Work
from cdstrack.i18n import Words
from cdstrack.render.text import Look

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""So many seconds a reader waits without a sign."""
BEAT = 0.1
"""So many seconds lie between two looks."""


@dataclass(eq=False)
class Watch:
    """Looks at a ``Work`` from a thread of its own, and draws a line of it.

    The line is gone before anything else is written: ``hide`` takes it away, and it comes again
    only when the run has been silent for another second.
    """

    words: Words
    look: Look
    patience: float = PATIENCE
    work: Work = field(default_factory=Work)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _since: float = field(default_factory=monotonic)
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _line: _Line | None = None

    def start(self) -> Work:
        """Begin to look, if it was not begun; what is looked at."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)
            self._thread.start()
        return self.work

    def hide(self) -> None:
        """Take the line away, because something is to be written now."""
        with self._lock:
            self._since = monotonic()
            if self._line is not None:
                self._line.progress.stop()
                self._line = None

    def end(self) -> None:
        """The same for good: whatever was begun is not gone on with."""
        self._end.set()
        self.hide()

    def _watch(self) -> None:
        while not self._end.wait(BEAT):
            with self._lock:
                if self._end.is_set() or not self.work.step:
                    continue
                if monotonic() - self._since > self.patience:
                    self._line = self._line or _Line(self.words, self.look)
                    self._line.draw(self.work)


class _Line:
    """The line itself: the step, a bar, its share, and how long it will take."""

    def __init__(self, words: Words, look: Look) -> None:
        from rich.console import Console  # most runs are over before it would be shown
        from rich.progress import BarColumn, Progress, TextColumn

        self._words = words
        console = Console(
            file=sys.stderr, width=look.width, no_color=not look.color, legacy_windows=False
        )
        text = TextColumn("{task.description}", markup=False)
        rest = TextColumn("{task.fields[rest]}", markup=False)
        self.progress: Progress = Progress(
            text, BarColumn(20), rest, console=console, transient=True, auto_refresh=False,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self._task: TaskID = self.progress.add_task("", rest="")
        self._step = ""
        self.progress.start()

    def draw(self, work: Work) -> None:
        """Draw it as the work stands now."""
        step, done, total = work.step, work.done, work.total
        if step != self._step:
            self.progress.remove_task(self._task)
            self._task = self.progress.add_task(self._words(step), total=total or None, rest="")
            self._step = step
        self.progress.update(self._task, completed=done, rest=self._rest(done, total))
        self.progress.refresh()

    def _rest(self, done: int, total: int) -> str:
        """How much of the step is done and how long the rest takes, as far as it can be told."""
        if not total:
            return ""
        share = self._words("work_share", n=min(done * 100 // total, 100))
        [task] = self.progress.tasks
        if task.time_remaining is None:
            return share
        minutes, seconds = divmod(int(task.time_remaining), 60)
        left = self._words("work_left", time=f"{minutes}:{seconds:02}")
        return f"{share}, {left}"
