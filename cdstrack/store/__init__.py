"""Where a register lives: its files, and an earlier version of them in git."""
