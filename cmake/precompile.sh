#!/bin/sh
# precompile.sh HEADER OUTPUT COMPILER OPTION...: precompiles HEADER to OUTPUT, with its dependencies
# in OUTPUT.d and a checksum of all that went in in OUTPUT.sum (read by ccache).
set -eu
header=$1 output=$2
shift 2
mkdir -p "$(dirname "$output")"
"$@" -x c++-header "$header" -o "$output" -MD -MT "$output" -MF "$output.d" \
  -Xclang -fno-pch-timestamp
{
  "$1" --version
  printf '%s\n' "$@"
  "$@" -x c++-header "$header" -E -P
} | sha256sum >"$output.sum"
