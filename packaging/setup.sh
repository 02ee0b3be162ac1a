# Sourced by ./run, ./test and packaging/fresh-machine-test: makes a bare Debian 12 able to build, and
# builds. All progress goes to stderr, since stdout belongs to the program that is run.
# It expects `root`, the folder of the checkout, and changes no working folder.

say() { printf 'millrace: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

logs=$root/build/logs

# quietly NAME COMMAND...: runs it with its output in a file, shown only when it fails.
quietly() {
  local log=$logs/$1.log
  shift
  mkdir -p "$logs"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    say "failed: $* (all of its output: $log)"
    return 1
  fi
}

# packages_of GROUP...: the packages of these groups of packages.txt.
packages_of() {
  local line group= wanted=" $* "
  while IFS= read -r line; do
    line=${line%%#*}
    line=${line%"${line##*[! ]}"}
    case $line in
      '') ;;
      '['*) group=${line#[} group=${group%]} ;;
      *) case $wanted in *" $group "*) printf '%s\n' "$line" ;; esac ;;
    esac
  done <"$root/packaging/packages.txt"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# need_packages GROUP...: installs those that are missing. Asking dpkg takes milliseconds, so that a
# machine that has them all is not held up, needs no network and no rights.
need_packages() {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this is made for Debian 12: dpkg and apt are not here. Install what packaging/packages.txt lists, then build with: cmake --preset release && cmake --build --preset release"
  local wanted installed package missing=()
  wanted=$(packages_of "$@")
  # Fails when it does not know a package: that one is then missing.
  # shellcheck disable=SC2086,SC2016
  installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' $wanted 2>/dev/null) || true
  for package in $wanted; do
    case $'\n'$installed$'\n' in
      *$'\nii '"$package"$'\n'*) ;;
      *) missing+=("$package") ;;
    esac
  done
  [ ${#missing[@]} = 0 ] && return
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    die "these packages are missing, and installing them needs root or sudo: ${missing[*]}"
  say "installing ${#missing[@]} packages"
  local apt=(as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300
    -o Acquire::Retries=3)
  quietly apt-update "${apt[@]}" update || die "apt-get update failed: is there a network?"
  quietly apt-install "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
    die "apt-get could not install: ${missing[*]}"
}

# configure PRESET OPTION...: only when the folder is not configured with these options yet; after that
# Ninja notices by itself what has changed.
configure() {
  local preset=$1 stamp=$root/build/$1/configured
  shift
  if [ ! -f "$root/build/$preset/build.ninja" ] ||
    [ "$(cat "$stamp" 2>/dev/null)" != "$root $*" ]; then
    (cd "$root" && quietly "configure-$preset" cmake --preset "$preset" "$@") || return
    printf '%s' "$root $*" >"$stamp"
  fi
}

# show_building PRESET: reads what Ninja prints, and says that something is built once it is; on a
# terminal also how far it is.
show_building() {
  local line told=
  while IFS= read -r line; do
    case $line in
      *Building* | *Precompiling* | *Linking*)
        if [ -z "$told" ]; then say "building ($1)"; fi
        told=1
        if [ -t 2 ]; then printf '\r%s] ' "${line%%]*}" >&2; fi
        ;;
    esac
  done
  if [ -n "$told" ] && [ -t 2 ]; then printf '\r%20s\r' '' >&2; fi
}

# build PRESET TARGET...: in milliseconds when nothing has changed.
build() {
  local preset=$1 log=$logs/build-$1.log
  shift
  mkdir -p "$logs" "$root/build/$preset"
  # Two builds of one folder at a time would spoil each other.
  if (
    set -o pipefail
    flock 9
    ninja -C "$root/build/$preset" "$@" 2>&1 </dev/null 9>&- | tee "$log" | show_building "$preset"
  ) 9>"$root/build/$preset/lock"; then
    return 0
  fi
  # The first error, then how it ended: of a long log the rest says nothing new.
  grep -m 1 -A 25 -E 'FAILED:|error:' "$log" | cut -c 1-400 >&2
  say "the build of $preset failed (all of its output: $log)"
  return 1
}
