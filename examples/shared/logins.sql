-- What an administrator does on a new server: the roles of a ledger, and a login for each clerk.
create role cdstrack_reader;
create role cdstrack_clerk;
create role clerk07 login password 'only-to-try' in role cdstrack_clerk, cdstrack_reader;
create role clerk08 login password 'only-to-try' in role cdstrack_clerk, cdstrack_reader;
