"""The way in: ``cdstrack``, ``python -m cdstrack``, and what a shell asks when Tab is pressed."""

import gc
import os
import sys

from cdstrack import __version__

MANY_OBJECTS = 100_000
"""So many new objects are worth a look for cycles. What a short run imports is fewer, and has
none: that one look took a twentieth of it."""


def main() -> None:
    """The console script."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        try:
            os.write(sys.stdout.fileno(), f"cdstrack {__version__}{os.linesep}".encode())
            os._exit(0)
        except OSError:
            pass  # what cannot be written is said below, in the reader's language
    gc.set_threshold(MANY_OBJECTS, 20, 100)  # what lives that long holds no cycles
    if "_CDSTRACK_COMPLETE" in os.environ:
        from contextlib import suppress  # --version does without

        # Somebody is typing: whatever goes wrong, nothing is said.
        with suppress(Exception, KeyboardInterrupt):
            from cdstrack.complete.shells import answer

            answer()
        os._exit(0)  # what was said is written; to clear up would take a tenth of the time
    else:
        from cdstrack.cli import main as run

        run()


if __name__ == "__main__":
    main()
