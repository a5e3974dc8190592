-- The shared ledger of a register, in its newest version (step_2.sql and those after it lead there
-- from older ones). Run once by who administers the database; nothing in it asks for more than
-- tables, checks, keys and functions, so that a distributed PostgreSQL takes it, too: every unique
-- key of the reports begins with their target.
--
-- Nobody holds INSERT, UPDATE, DELETE or TRUNCATE on the reports. They are written by the function
-- cdstrack.record alone, which asks who has logged in, and read by SELECT; a clerk who is no reader
-- reads by the function cdstrack.own_reports, which asks the same.

do $roles$
declare
  name text;
begin
  foreach name in array array['cdstrack_owner', 'cdstrack_steward', 'cdstrack_clerk', 'cdstrack_reader'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = name) then
      execute pg_catalog.format('create role %I nologin', name);
    end if;
  end loop;
end
$roles$;

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
grant cdstrack_clerk to cdstrack_steward;

create schema cdstrack authorization cdstrack_owner;
set local role cdstrack_owner;
set local search_path = pg_catalog, pg_temp;

create table cdstrack.ledger (
  one boolean primary key default true check (one),
  version int not null,
  register text not null,
  incarnation uuid not null default gen_random_uuid()
);

create table cdstrack.targets (
  no int primary key,
  id text not null unique check (id ~ '^[0-9a-z-]{1,100}$'),
  owner text not null,
  forms text not null check (forms ~ '^v?s?d?$')  -- value, share, done or not; none: no reports
);

create table cdstrack.bodies (
  no int primary key,
  id text not null unique check (id ~ '^[0-9a-z-]{0,100}$')
);
insert into cdstrack.bodies values (0, '');  -- the target as a whole

create table cdstrack.desks (
  member text not null,
  body int not null references cdstrack.bodies,
  target int not null default 0,  -- 0: every target
  primary key (member, body, target)
);

-- One period as it was said, without a slash: its first and its last day, null for another text.
create function cdstrack.first_of(period text) returns date
  language plpgsql immutable parallel safe as $$
begin
  return case
    when period ~ '^[0-9]{4}$' then make_date(period::int, 1, 1)
    when period ~ '^[0-9]{4}-Q[1-4]$'
      then make_date(left(period, 4)::int, right(period, 1)::int * 3 - 2, 1)
    when period ~ '^[0-9]{4}-H[12]$'
      then make_date(left(period, 4)::int, right(period, 1)::int * 6 - 5, 1)
    when period ~ '^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$'
      then date_trunc('week', make_date(left(period, 4)::int, 1, 4)::timestamp)::date
        + 7 * (right(period, 2)::int - 1)
    when period ~ '^[0-9]{4}-[0-9]{2}$'
      then make_date(left(period, 4)::int, right(period, 2)::int, 1)
    when period ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
      then make_date(left(period, 4)::int, substr(period, 6, 2)::int, right(period, 2)::int)
  end;
end
$$;

create function cdstrack.last_of(period text) returns date
  language plpgsql immutable parallel safe as $$
begin
  return case
    when period ~ 'Q' then (cdstrack.first_of(period) + interval '3 months - 1 day')::date
    when period ~ 'H' then (cdstrack.first_of(period) + interval '6 months - 1 day')::date
    when period ~ 'W' then case  -- a year has a 53rd week, or that is the first of the next one
      when extract(isoyear from cdstrack.first_of(period)) = left(period, 4)::int
        then cdstrack.first_of(period) + 6 end
    when length(period) = 4 then (cdstrack.first_of(period) + interval '1 year - 1 day')::date
    when length(period) = 7 then (cdstrack.first_of(period) + interval '1 month - 1 day')::date
    else cdstrack.first_of(period)
  end;
end
$$;

create function cdstrack.first_day(said text) returns date
  language plpgsql immutable parallel safe as $$
begin
  return cdstrack.first_of(case when said ~ '/' then substring(said from '^([^/]*)/[^/]*$') else said end);
end
$$;

create function cdstrack.last_day(said text) returns date
  language plpgsql immutable parallel safe as $$
begin
  return case when said ~ '/' then case
      when cdstrack.last_of(substring(said from '^([^/]*)/'))
        <= cdstrack.last_of(substring(said from '^[^/]*/([^/]*)$'))
      then cdstrack.last_of(substring(said from '^[^/]*/([^/]*)$')) end
    else cdstrack.last_of(said) end;
end
$$;

-- The row of a sheet that an import key names, whatever name its file has.
create function cdstrack.row_of(key text) returns text
  language plpgsql immutable parallel safe as $$
begin
  return case when substr(regexp_replace(key, '^.*[.]', ''), 33, 1) = ':'
    then regexp_replace(key, '^.*[.]', '') else key end;
end
$$;

create table cdstrack.reports (
  target int not null references cdstrack.targets,
  body int not null references cdstrack.bodies,
  seq int not null check (seq between 1 and 1000000),  -- the nth of this body on this target
  id text not null check (id ~ '^[0-9a-z-]{1,40}$'),
  part text,
  said text not null,
  first_day date not null generated always as (cdstrack.first_day(said)) stored,
  last_day date not null generated always as (cdstrack.last_day(said)) stored,
  value numeric,
  n bigint,
  "of" bigint,
  done boolean,
  qualifier text check (qualifier in ('nearly', 'over', 'about')),
  source text,
  note text,
  "by" text,
  recorded timestamptz not null,
  corrects_body int,
  corrects_seq int,
  key text,
  sheet_row text generated always as (cdstrack.row_of(key)) stored,
  figure numeric,  -- what was said in another unit
  unit text,
  batch text check (batch ~ '^[0-9a-z-]{1,40}:[1-9][0-9]{0,8}$'),
  evidence text check (evidence ~ '^[0-9a-f]{64}([.][0-9a-z]{1,10})?$'),
  slice text check (slice ~ '^[0-9a-z-]{1,40}=[0-9a-z-]{1,40}(,[0-9a-z-]{1,40}=[0-9a-z-]{1,40})*$'),
  series text check (series ~ '^[0-9a-z-]{1,40}$'),
  entered timestamptz not null,
  entered_by text not null,
  tx xid8 not null default pg_current_xact_id(),
  primary key (target, body, seq),
  unique (target, id),
  foreign key (target, corrects_body, corrects_seq) references cdstrack.reports,
  constraint reports_correction check ((corrects_body is null) = (corrects_seq is null)),
  constraint reports_figure check (
    (value is not null)::int + (n is not null)::int + (done is not null)::int
      = case when corrects_seq is null then 1
        else least(1, (value is not null)::int + (n is not null)::int + (done is not null)::int) end
  ),
  constraint reports_share check (
    (n is null) = ("of" is null)
    and (n is null or (n between 0 and 999999999999999999 and "of" between 0 and 999999999999999999))
    and (n is null or "of" > 0 or n = 0)
  ),
  constraint reports_value check (
    value is null or (value not in ('NaN', 'Infinity', '-Infinity') and scale(value) <= 30 and abs(value) < 1e30)
  ),
  constraint reports_said check (first_day <= last_day and last_day < '9999-01-01'),
  constraint reports_wording check (
    (figure is null) = (unit is null)
    and (figure is null or (figure not in ('NaN', 'Infinity', '-Infinity') and scale(figure) <= 30 and abs(figure) < 1e30))
  ),
  constraint reports_texts check (
    octet_length(concat(part, said, source, note, "by", key, unit)) <= 65536
  ),
  constraint reports_recorded check (recorded <= entered + interval '5 minutes')
);
create index reports_sheet_row on cdstrack.reports (sheet_row) where sheet_row is not null;
create index reports_entered on cdstrack.reports (entered);
create index reports_tx on cdstrack.reports (tx);  -- what is new since a position
create index reports_corrections on cdstrack.reports (target, corrects_body, corrects_seq)
  where corrects_seq is not null;

-- Who can be asked for a desk.
create function cdstrack.stewards() returns text
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(rolname, ', ' order by rolname) from pg_roles
  where rolcanlogin and not rolsuper and pg_has_role(oid, 'cdstrack_steward', 'member')
$$;

-- The way in: writes reports, all of them or none, for whoever has a desk for their bodies. A
-- steward needs no desk, and may say when a report came in that is brought from elsewhere.
-- What is refused is told by "cdstrack:" and a code, with its facts as an object.
create function cdstrack.record(rows jsonb) returns timestamptz
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
  stewards boolean := pg_has_role(session_user, 'cdstrack_steward', 'member');
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
        where member = session_user and body = body_no and target in (0, goal.no)
      ) then
        raise exception 'cdstrack:store_no_desk' using errcode = '42501', detail = jsonb_build_object(
          'member', session_user, 'body', coalesce(r->>'body', ''), 'target', goal.id,
          'stewards', cdstrack.stewards())::text;
      end if;
      if r ? 'corrects' and not exists (
        select from cdstrack.desks
        where member = session_user and body = old_body and target in (0, goal.no)
      ) then
        raise exception 'cdstrack:store_no_desk' using errcode = '42501', detail = jsonb_build_object(
          'member', session_user, 'body', old_name, 'target', goal.id,
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
      session_user
    );
  end loop;
  return moment;
end
$$;
revoke all on function cdstrack.record from public;

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

grant usage on schema cdstrack to cdstrack_reader, cdstrack_clerk;
grant select on all tables in schema cdstrack to cdstrack_reader;
grant select on cdstrack.ledger, cdstrack.targets, cdstrack.bodies, cdstrack.desks to cdstrack_clerk;
grant execute on function cdstrack.record, cdstrack.own_reports to cdstrack_clerk;
grant insert, update on cdstrack.targets, cdstrack.bodies to cdstrack_steward;
grant insert, delete on cdstrack.desks to cdstrack_steward;
