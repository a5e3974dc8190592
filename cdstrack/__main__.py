"""The way in: ``cdstrack``, ``python -m cdstrack``, and what a shell asks when Tab is pressed."""

import os
from contextlib import suppress


def main() -> None:
    """The console script."""
    if "_CDSTRACK_COMPLETE" in os.environ:
        # Somebody is typing: whatever goes wrong, nothing is said.
        with suppress(Exception, KeyboardInterrupt):
            from cdstrack.complete.shells import answer

            answer()
    else:
        from cdstrack.cli import main as run

        run()


if __name__ == "__main__":
    main()
