"""A ledger on a PostgreSQL server, for many clerks at once (extra ``cdstrack[postgres]``)."""
