"""What a register and a ledger say, and the values that they hold."""
