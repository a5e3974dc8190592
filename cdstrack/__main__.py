"""``python -m cdstrack`` is the ``cdstrack`` command."""

from cdstrack.cli import main

if __name__ == "__main__":
    main()
