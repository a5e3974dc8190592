"""Where a register lives: files, or memory for tests. Text becomes records here, and only here."""
