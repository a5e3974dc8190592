"""From what a clerk wrote to a line of the ledger."""
