# Sourced by ./test: runs checks, keeps count, and prints a line for each.

total_passed=0 total_failed=0 total_skipped=0
failures=()
results=$root/build/results
# One binary may take this long, in seconds. Far above what any needs: it ends a test that hangs.
time_limit=1200

export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-16
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1 external_symbolizer_path=$ASAN_SYMBOLIZER_PATH"

# ThreadSanitizer of Clang 16 does not know the wider address randomisation of recent kernels and
# stops with "unexpected memory mapping"; so its programs run without any.
fixed_addresses=()
if setarch -R true 2>/dev/null; then fixed_addresses=(setarch -R); fi

# record NAME SECONDS PASSED FAILED SKIPPED LOG
record() {
  local word=ok
  [ "$4" = 0 ] || word=FAILED
  printf '%-6s %-34s %5s passed' "$word" "$1" "$3"
  [ "$4" = 0 ] || printf ', %s failed' "$4"
  [ "$5" = 0 ] || printf ', %s skipped' "$5"
  printf '  (%s s)\n' "$2"
  total_passed=$((total_passed + $3))
  total_failed=$((total_failed + $4))
  total_skipped=$((total_skipped + $5))
  [ "$4" = 0 ] || sed 's/^/    /' "$6"
}

# check NAME COMMAND...: one check, by its exit status.
check() {
  local name=$1 log=$results/${1//[^a-zA-Z0-9_-]/-}.log start=$SECONDS status=0
  shift
  mkdir -p "$results"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  tail -n 100 "$log" >"$log.tail"
  if [ $status = 0 ]; then
    record "$name" $((SECONDS - start)) 1 0 0 "$log.tail"
  else
    echo "status $status" >>"$log.tail"
    failures+=("$name (all of its output: $log)")
    record "$name" $((SECONDS - start)) 0 1 0 "$log.tail"
  fi
}

# build_for PRESET TARGET...: configures and builds; when that fails, it is the check that failed.
build_for() {
  local preset=$1
  shift
  if ! { configure "$preset" && build "$preset" "$@"; }; then
    failures+=("build of $preset")
    total_failed=$((total_failed + 1))
    return 1
  fi
  printf '%s is built\n' "$preset"
}

# run_gtest PRESET BINARY: counts its test cases. GoogleTest writes its report when it ends, so that a
# binary that dies leaves none; that is one failure, named so.
run_gtest() {
  local preset=$1 binary=$2 name=${2##*/} start=$SECONDS status=0
  local base=$results/$preset/$name counts passed=0 failed=0 skipped=0 line prefix=()
  mkdir -p "$results/$preset"
  rm -f "$base.json"
  [ "$preset" = tsan ] && prefix=("${fixed_addresses[@]}")
  timeout -k 10 $time_limit "${prefix[@]}" "$binary" --gtest_output="json:$base.json" \
    --gtest_brief=1 >"$base.log" 2>&1 </dev/null || status=$?
  if [ -s "$base.json" ]; then
    counts=$(awk '/"status": "RUN"/ { run++ } /"result": "SKIPPED"/ { skipped++ }
      /"failures": \[/ { failed++ } END { print run + 0, failed + 0, skipped + 0 }' "$base.json")
    read -r passed failed skipped <<<"$counts"
    passed=$((passed - failed - skipped))
    while IFS= read -r line; do
      failures+=("$preset $name: $line")
    done < <(sed -n 's/^\[  FAILED  \] \([^ ,]*\.[^ ,]*\).*(.*ms)$/\1/p' "$base.log")
  fi
  if [ $status != 0 ] && [ "$failed" = 0 ]; then
    failed=1
    case $status in
      124 | 137) line="did not end within $time_limit s" ;;
      *) line="died with status $status" ;;
    esac
    failures+=("$preset $name: $line")
    echo "$line" >>"$base.log"
  fi
  tail -n 100 "$base.log" >"$base.tail"
  record "$preset $name" $((SECONDS - start)) "$passed" "$failed" "$skipped" "$base.tail"
}

own_sources() {
  find "$root/src" "$root/tests" "$root/bench" "$root/cmake" \( -name '*.cpp' -o -name '*.h' \) \
    -not -path '*/tests/reference/*' -print0
}

check_format() { own_sources | xargs -0 clang-format-16 --dry-run -Werror; }

# conclude: the summary, and the one line that says it all.
conclude() {
  local failure
  if [ ${#failures[@]} != 0 ]; then
    printf '\nFailed:\n'
    for failure in "${failures[@]}"; do printf '  %s\n' "$failure"; done
  fi
  printf '\nTook %s s' $SECONDS
  [ $total_skipped = 0 ] || printf '; %s skipped' $total_skipped
  printf '.\n%s passed, %s failed\n' $total_passed $total_failed
  [ $total_failed = 0 ] && [ $total_passed != 0 ]
}
