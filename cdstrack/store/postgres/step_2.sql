-- From version 1 to version 2 of the shared ledger.

create index reports_tx on cdstrack.reports (tx);  -- what is new since a position
