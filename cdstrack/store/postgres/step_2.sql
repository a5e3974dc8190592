-- From version 1 to version 2 of the shared ledger.

create index reports_tx on cdstrack.reports (tx);  -- what is new since a position

-- A clerk reads the reports of the own bodies; to read all takes cdstrack_reader.
reset role;
do $rights$
declare
  name text;
begin
  if pg_catalog.pg_has_role('cdstrack_clerk', 'cdstrack_reader', 'member') then  -- until version 1
    for name in
      select pg_catalog.pg_get_userbyid(member) from pg_catalog.pg_auth_members
      where roleid = 'cdstrack_clerk'::regrole and member <> 'cdstrack_steward'::regrole
    loop
      execute pg_catalog.format('grant cdstrack_reader to %I', name);  -- who could read still can
    end loop;
    revoke cdstrack_reader from cdstrack_clerk;
  end if;
  if not pg_catalog.pg_has_role('cdstrack_steward', 'cdstrack_reader', 'member') then
    grant cdstrack_reader to cdstrack_steward;
  end if;
end
$rights$;
set local role cdstrack_owner;

create index reports_corrections on cdstrack.reports (target, corrects_body, corrects_seq)
  where corrects_seq is not null;

-- What a clerk may read who is no reader, on some targets or on all: reports on a target as a whole,
-- those of the own bodies, and what corrects these or is corrected by them.
create function cdstrack.own_reports(goals int[]) returns setof cdstrack.reports
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  login text := session_user;
  own int[] := array(select 0 union select body from cdstrack.desks where member = login and target = 0);
begin
  if goals is null then
    goals := array(select no from cdstrack.targets);
  end if;
  return query
    select r.* from cdstrack.reports r where r.target = any(goals) and r.body = any(own)
    union
    select r.* from cdstrack.reports r
    join cdstrack.desks d on d.target = r.target and d.body = r.body
    where d.member = login and r.target = any(goals)
    union
    select r.* from cdstrack.reports r
    where r.target = any(goals) and r.corrects_seq is not null and (
      r.corrects_body = any(own) or exists (
        select from cdstrack.desks d
        where d.member = login and d.target = r.target and d.body = r.corrects_body))
    union
    select r.* from cdstrack.reports r
    join cdstrack.reports c
      on c.target = r.target and c.corrects_body = r.body and c.corrects_seq = r.seq
    where r.target = any(goals) and (
      c.body = any(own) or exists (
        select from cdstrack.desks d
        where d.member = login and d.target = c.target and d.body = c.body));
end
$$;
revoke all on function cdstrack.own_reports from public;

grant usage on schema cdstrack to cdstrack_clerk;
grant select on cdstrack.ledger, cdstrack.targets, cdstrack.bodies, cdstrack.desks to cdstrack_clerk;
grant execute on function cdstrack.own_reports to cdstrack_clerk;
