# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # root, scratch, test_timeout_s: of the script that sources this
# The groups of script/test, one function each.

test_lint() {
    "$root/script/setup" build lint || return
    check 'gcc builds without a warning' build_preset host
    check 'clang builds without a warning' build_preset clang
    check 'clang-format: layout' "$root/script/format" --check
    check 'clang-tidy: static analysis' "$root/script/check-tidy"
    check 'shellcheck: shell scripts' check_shell
    check 'check-counts: failures are counted' "$root/script/check-counts"
    check 'check-files: licence lines, words, lengths' "$root/script/check-files"
    check 'check-files finds what it looks for' "$root/script/check-files" --self-test
    check 'check-dependencies: includes and symbols' "$root/script/check-dependencies" "$root/build"
    check 'check-dependencies finds what it looks for' "$root/script/check-dependencies" --self-test
}

check_shell() {
    local scripts
    mapfile -t scripts < <(cd "$root" && git grep -lE --untracked '^#!.*\<(ba)?sh$|^# shellcheck shell=' -- ':!*.md')
    [[ ${#scripts[@]} -gt 0 ]] && cd "$root" && shellcheck "${scripts[@]}"
}

# Under both sanitizers, but for the store's: it forks thousands of times, and looks at what is on the disk.
test_unit() {
    "$root/script/setup" build unit || return
    build_preset asan >&2 || return
    run_ctest "$root/build/asan/tests/unit"
    run_ctest "$root/build/asan/tests/esp32"
    run_ctest "$root/build/asan/tests/agent"
    build_preset host >&2 || return
    run_ctest "$root/build/tests/store"
}

test_fuzz() {
    "$root/script/setup" build unit || return
    build_preset asan >&2 || return
    run_ctest "$root/build/asan/tests/fuzz"
}

test_sim() {
    "$root/script/setup" build || return
    build_preset host >&2 || return
    run_ctest "$root/build/tests/sim"
}

test_xtensa() {
    "$root/script/setup" build xtensa || return
    build_preset xtensa >&2 || return
    run_ctest "$root/build/xtensa"
    run_shown "$root/tests/xtensa/size-report" "$root/build/xtensa"
    build_preset host recovery_sim recovery_sim_plain >&2 || return
    run_shown "$root/tests/sim/same-trace" "$root/build" "$root/build/xtensa"
}

test_e2e() {
    "$root/script/setup" build qemu e2e || return
    build_preset host >&2 || return
    # Most of it is waiting: three files at once; then one by one those that need the whole machine.
    run_pytest -n 3 --dist loadfile -m 'not alone'
    run_pytest -m alone
}

run_pytest() { # OPTION...
    local log=$scratch/pytest.log code=0
    (cd "$root" && /usr/bin/python3 -m pytest tests/e2e "$@") 2>&1 | tee "$log" || code=$?
    count_sums "$log" "$code"
}

test_web() {
    "$root/script/setup" build web || return
    build_preset host >&2 || return
    local log=$scratch/web.log code=0
    check 'tsc: types' npm --prefix "$root/web" run --silent check
    npm --prefix "$root/web" test 2>&1 | tee "$log" || code=$?
    count_sums "$log" "$code"
}
