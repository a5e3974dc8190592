-- From version 1 to version 2 of the shared ledger.

create index reports_tx on cdstrack.reports (tx);  -- what is new since a position

-- Who has signed in is asked where they did: a query may be run elsewhere, by another login.
create or replace function cdstrack.record(rows jsonb) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r jsonb;
  goal cdstrack.targets;
  body_no int;
  old_body int;  -- of the report that is corrected
  old_seq int;
  old_name text;
  form text;
  moment timestamptz := clock_timestamp();
  login name := session_user;  -- asked here: a query may be run elsewhere, by another login
  stewards boolean := pg_has_role(login, 'cdstrack_steward', 'member');
begin
  for r in select value from jsonb_array_elements(rows) with ordinality as e (value, place) order by place loop
    select * into goal from cdstrack.targets where id = r->>'target';
    if not found then
      raise exception 'cdstrack:store_no_target' using errcode = '23503',
        detail = jsonb_build_object('id', r->>'target')::text;
    end if;
    select no into body_no from cdstrack.bodies where id = coalesce(r->>'body', '');
    if not found then
      raise exception 'cdstrack:store_no_body' using errcode = '23503',
        detail = jsonb_build_object('id', r->>'body')::text;
    end if;
    if (r->>'seq')::int > 1 and not exists (  -- a stream has no gaps
      select from cdstrack.reports
      where target = goal.no and body = body_no and seq = (r->>'seq')::int - 1
    ) then
      raise exception 'cdstrack:store_gap' using errcode = '40001';
    end if;
    old_body := null;
    old_seq := null;
    if r ? 'corrects' then
      select reports.body, seq, bodies.id into old_body, old_seq, old_name
        from cdstrack.reports join cdstrack.bodies on no = reports.body
        where target = goal.no and reports.id = r->>'corrects';
      if not found then
        raise exception 'cdstrack:store_no_original' using errcode = '23503',
          detail = jsonb_build_object('id', r->>'corrects', 'target', goal.id)::text;
      end if;
    end if;
    if not stewards then
      if not exists (
        select from cdstrack.desks
        where member = login and body = body_no and target in (0, goal.no)
      ) then
        raise exception 'cdstrack:store_no_desk' using errcode = '42501', detail = jsonb_build_object(
          'member', login, 'body', coalesce(r->>'body', ''), 'target', goal.id,
          'stewards', cdstrack.stewards())::text;
      end if;
      if r ? 'corrects' and not exists (
        select from cdstrack.desks
        where member = login and body = old_body and target in (0, goal.no)
      ) then
        raise exception 'cdstrack:store_no_desk' using errcode = '42501', detail = jsonb_build_object(
          'member', login, 'body', old_name, 'target', goal.id,
          'stewards', cdstrack.stewards())::text;
      end if;
    end if;
    form := case when r ? 'value' then 'v' when r ? 'n' then 's' when r ? 'done' then 'd' end;
    if form is not null and strpos(goal.forms, form) = 0 then
      raise exception 'cdstrack:store_form' using errcode = '23514',
        detail = jsonb_build_object('target', goal.id)::text;
    end if;
    insert into cdstrack.reports (
      target, body, seq, id, part, said, value, n, "of", done, qualifier, source, note, "by",
      recorded, corrects_body, corrects_seq, key, figure, unit, batch, evidence, slice, series,
      entered, entered_by
    ) values (
      goal.no, body_no, (r->>'seq')::int, r->>'id', r->>'part', r->>'date',
      (r->>'value')::numeric, (r->>'n')::bigint, (r->>'of')::bigint, (r->>'done')::boolean,
      r->>'qualifier', r->>'source', r->>'note', r->>'by', (r->>'recorded')::timestamptz,
      old_body, old_seq, r->>'key', (r->>'figure')::numeric, r->>'unit', r->>'batch', r->>'evidence', r->>'slice',
      r->>'series',
      case when stewards and r ? 'entered' then (r->>'entered')::timestamptz else moment end,
      login
    );
  end loop;
  return moment;
end
$$;

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
