#!/usr/bin/env bash
# A distributed ledger to try out on one machine: a coordinator and two workers with Citus, on
# sockets in a folder. docs/citus.md says what it is for, and has the SQL that is run here.
#
#   tools/citus.sh build FOLDER SOURCE       compile Citus into a copy of the PostgreSQL in use here
#   tools/citus.sh start FOLDER              make the servers, or start those that do not run
#   tools/citus.sh database FOLDER NAME      an empty database on all of them
#   tools/citus.sh distribute FOLDER NAME whole|targets
#                                            a ledger that was set up: on one worker, or spread
#   tools/citus.sh remove FOLDER             stop the servers and remove them with all their data
#
# FOLDER must be short, and others must be able to read it where this runs as root: the servers run
# as the user postgres then. PG_CONFIG names the pg_config of another PostgreSQL.
set -euo pipefail

fail() {
  echo "tools/citus.sh: $*" >&2
  exit 2
}

usage() {
  sed -n '/^#   /s/^#   //p' "$0" >&2
  exit 2
}

[ $# -ge 2 ] || usage
action=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
[ ${#folder} -le 80 ] || fail "the path of a socket must be short: choose another folder than $folder"
servers=$folder/servers
guide=$(cd "$(dirname "$0")/.." && pwd)/docs/citus.md
config=${PG_CONFIG:-pg_config}
ports=(5432 5433 5434) # the coordinator's first
database=${3-}

# Where Citus was installed: below the folder, at the paths that PostgreSQL has itself.
installed() {
  echo "$folder/postgresql$("$config" "$1")"
}

as_server() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$servers" "$@")
  else
    "$@"
  fi
}

# sql PORT DATABASE: runs what comes in, and stops at the first error.
sql() {
  PGOPTIONS='-c client_min_messages=warning' "$(installed --bindir)/psql" -X -q -At -v ON_ERROR_STOP=1 -h "$servers" -p "$1" -U admin -d "$2" -f -
}

# The block of SQL in the guide that begins with such a comment.
guide_sql() {
  awk -v first="-- $1" '/^```sql$/ { fenced = 1; next } /^```$/ { fenced = 0; inside = 0 }
                        fenced && index($0, first) == 1 { inside = 1 } inside' "$guide"
}

build() {
  local source=${1-}
  [ -x "$source/configure" ] || fail "there is no source of Citus in '$source'"
  # What is compiled goes into the folder, beside a copy of the server: a server finds its parts
  # from where its program lies.
  local copy
  for copy in --bindir --pkglibdir --sharedir; do
    mkdir -p "$(installed "$copy")"
    cp -RL "$("$config" "$copy")/." "$(installed "$copy")"
  done
  cd "$source"
  ./configure --without-libcurl --without-lz4 --without-zstd PG_CONFIG="$(command -v "$config")"
  nice make -j2
  make install DESTDIR="$folder/postgresql"
}

start() {
  [ -e "$(installed --pkglibdir)/citus.so" ] || fail "build first: there is no Citus in $folder"
  if [ ! -d "$servers" ]; then
    mkdir "$servers"
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$servers"
    chmod 700 "$servers"
  fi
  local port data options
  for port in "${ports[@]}"; do
    data=$servers/$port
    if [ ! -d "$data" ]; then
      as_server "$(installed --bindir)/initdb" -D "$data" -U admin -A trust -E UTF8 --locale=C \
        --no-sync --no-instructions >/dev/null
    fi
    options="-c listen_addresses= -c unix_socket_directories='$servers' -c port=$port"
    options+=" -c shared_preload_libraries=citus -c citus.node_conninfo=sslmode=disable"
    options+=" -c max_connections=300 -c max_prepared_transactions=300 -c shared_buffers=32MB"
    options+=" -c recovery_init_sync_method=syncfs"
    as_server "$(installed --bindir)/pg_ctl" -D "$data" status >/dev/null ||
      as_server "$(installed --bindir)/pg_ctl" -D "$data" -w -l "$servers/$port.log" -o "$options" \
        start >/dev/null
  done
  echo "export PGHOST='$servers' PGPORT=${ports[0]} PGUSER=admin"
}

# A database has its own servers in Citus; roles are the same for all of them.
database() {
  [ -n "$database" ] || usage
  local port
  for port in "${ports[@]}"; do
    sql "$port" postgres <<<"create database \"$database\" encoding 'UTF8' template template0"
    sql "$port" "$database" <<<'create extension citus'
  done
  {
    echo "select citus_set_coordinator_host('$servers', ${ports[0]});"
    for port in "${ports[@]:1}"; do echo "select citus_add_node('$servers', $port);"; done
    if [ "$(sql "${ports[0]}" postgres <<<"select count(*) from pg_roles where rolname = 'cdstrack_owner'")" = 0 ]; then
      guide_sql 'before cdstrack store init'
    fi
  } | sql "${ports[0]}" "$database" >/dev/null
}

distribute() {
  [ -n "$database" ] || usage
  case ${1-} in
    whole | targets) ;;
    *) usage ;;
  esac
  guide_sql "after it, $1" | sql "${ports[0]}" "$database" >/dev/null
  # A ledger of the first version gets what this is about when it is migrated.
  if [ "$(sql "${ports[0]}" "$database" <<<"select to_regproc('cdstrack.own_reports') is not null")" = t ]; then
    guide_sql "then, $1" | sql "${ports[0]}" "$database" >/dev/null
  fi
}

remove() {
  local port
  for port in "${ports[@]}"; do
    as_server "$(installed --bindir)/pg_ctl" -D "$servers/$port" -m immediate stop >/dev/null || true
  done
  rm -rf "$servers"
}

case $action in
  build) build "${3-}" ;;
  start) start ;;
  database) database ;;
  distribute) distribute "${4-}" ;;
  remove) remove ;;
  *) usage ;;
esac
