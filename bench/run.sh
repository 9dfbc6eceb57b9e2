#!/bin/sh
# Prints the performance table: every row measured beside its partners in one
# run. Arguments go to the runner, for example: bench/run.sh -count 9 decision
set -eu
cd "$(dirname "$0")"
go test -count=1 -run TestAgree . >&2
exec go run ./cmd/table "$@"
