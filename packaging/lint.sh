#!/bin/bash
# Runs clang-tidy on every source file of build/release, which must have been built: Ninja then knows
# which headers each file reads. A file is looked at again only when it, a header of ours that it
# reads, or the rules have changed; what was looked at last is kept in build/lint.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lint=$root/build/lint
plugin=$lint/own_code_only.so
mkdir -p "$lint/new" "$lint/seen"

source=$root/cmake/clang_tidy/own_code_only.cpp
if [ ! "$plugin" -nt "$source" ]; then
  clang++-16 -std=c++17 -O1 -fPIC -shared -fno-rtti -I/usr/lib/llvm-16/include "$source" -o "$plugin"
fi

# For each object: our own files that it is made of, as "<name> <file>...".
cd "$root/build/release"
ninja -t deps | awk -v root="$root/" '
  function flush() { if (own != "" && main != "") print main own; own = main = "" }
  /^[^ ]/ { flush(); next }
  NF {
    path = $1
    sub(/^\.\.\/\.\.\//, "", path)
    if (index(path, root) == 1) path = substr(path, length(root) + 1)
    if (path !~ /^(src|tests|bench)\//) next
    if (path ~ /\.cpp$/ && main == "") main = path
    own = own " " path
  }
  END { flush() }' | sort -u >"$lint/objects"

# A file that is no longer there still has its line in what Ninja remembers.
cd "$root"
rules=$(cat .clang-tidy "$source" CMakePresets.json cmake/compiler.cmake | sha256sum)
rm -f "$lint"/new/*
tr ' ' '\n' <"$lint/objects" | sort -u | while read -r file; do
  if [ -f "$file" ]; then echo "$file"; fi
done | xargs sha256sum >"$lint/sums"
awk -v rules="$rules" -v folder="$lint/new/" '
  NR == FNR { sum[$2] = $1; next }
  !($1 in sum) { next }
  {
    name = $1
    gsub(/\//, "+", name)
    out = folder name
    print rules > out
    for (i = 1; i <= NF; i++) print sum[$i], $i > out
    close(out)
  }' "$lint/sums" "$lint/objects"

look_at() {
  local name=$1 file=${1//+//}
  if clang-tidy-16 --load="$plugin" --quiet -p build/release --extra-arg=-include \
    --extra-arg="$root/cmake/clang_tidy/engine_headers.h" "$file" >"$lint/$name.log" 2>&1; then
    mv "$lint/new/$name" "$lint/seen/$name"
  else
    grep -vE '^[0-9]+ warnings? (generated|treated)' "$lint/$name.log"
    return 1
  fi
}
export -f look_at
export lint plugin root

changed=()
for manifest in "$lint"/new/*; do
  name=${manifest##*/}
  cmp -s "$manifest" "$lint/seen/$name" || changed+=("$name")
done
echo "${#changed[@]} files to look at"
[ ${#changed[@]} = 0 ] ||
  printf '%s\0' "${changed[@]}" | xargs -0 -P "$(nproc)" -n 1 bash -c 'look_at "$1"' bash
