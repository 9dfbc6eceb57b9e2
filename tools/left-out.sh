#!/bin/sh
# Says plainly which tests this machine cannot run. With CI set nothing may be
# left out: then the tests themselves fail where something is missing.
say() { printf 'LEFT OUT on this machine: %s\n  to run it: %s\n' "$1" "$2"; }
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 ||
	[ -n "${NETRAL_PG_BIN:-}" ] || say 'every test on PostgreSQL (those on SQLite run)' 'install postgresql, or set NETRAL_PG_BIN'
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ||
	say 'pages in a real browser, and axe' 'install chromium'
command -v ssh-agent >/dev/null 2>&1 || say 'cosigning by an outside witness' 'install openssh-client'
exit 0
