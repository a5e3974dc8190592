"""What is wrong with a register or a ledger, and what the gate finds."""
