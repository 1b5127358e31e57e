# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # root, scratch, test_timeout_s: of the script that sources this
# How many tests passed and failed, as the tools that ran them tell it. What failed is printed in full, what passed is not.

passed_count=0 failed_count=0

count() { # PASSED FAILED
    passed_count=$((passed_count + $1))
    failed_count=$((failed_count + $2))
}

# One test that is a command: it passes when the command succeeds.
check() { # WORDS COMMAND [ARGUMENT...]
    local words=$1 log=$scratch/check.log start=$SECONDS
    shift
    if "$@" >"$log" 2>&1; then
        count 1 0
        printf 'ok      %s (%d s)\n' "$words" $((SECONDS - start))
    else
        count 0 1
        cat "$log"
        printf 'FAILED  %s\n' "$words"
        return 1
    fi
}

# One test that is a command whose output is worth reading when it passes, too.
run_shown() { # COMMAND [ARGUMENT...]
    if "$@"; then count 1 0; else count 0 1; fi
}

# All of ctest's tests below a directory. A cmocka program counts for its cases, a program that ends with
# "N passed, N failed" for those, any other for one. A directory without tests counts as a failure.
run_ctest() { # BUILD_DIRECTORY [CTEST_OPTION...]
    local log=$scratch/ctest.log result code=0
    # A test that hangs is a failed test.
    ctest --test-dir "$1" --verbose --no-tests=ignore --timeout "$test_timeout_s" "${@:2}" >"$log" 2>&1 || code=$?
    awk -f "$root/script/lib/count-ctest.awk" "$log" | tee "$scratch/ctest.out" | sed '$d'
    result=$(tail -n 1 "$scratch/ctest.out")
    # No test at all, or a ctest that is not content though no count says why.
    if [[ $result == '0 0' || ($code -ne 0 && $result == *' 0') ]]; then
        cat "$log"
        result="${result% *} 1"
    fi
    # shellcheck disable=SC2086 # two numbers
    count $result
}

# The sum line of pytest or of Node's test runner, in the output of a command that has ended with a code.
count_sums() { # LOG EXIT_CODE
    local passed failed
    passed=$(sum_of passed pass "$1")
    failed=$(($(sum_of failed fail "$1") + $(sum_of errors? error "$1")))
    # A runner that broke down without a verdict is a failure too.
    [[ $2 -eq 0 || $failed -gt 0 ]] || failed=1
    count "$passed" "$failed"
}

sum_of() { # PYTEST_WORD NODE_WORD LOG
    awk -v pytest="^(=+ )?([0-9]+ .*)?[0-9]+ $1,? .*in [0-9.]+s" -v word="^$1,?\$" -v node="^(#|ℹ) $2 [0-9]+\$" '
        $0 ~ node { sum += $3 }
        $0 ~ pytest { for (i = 2; i <= NF; i++) if ($i ~ word) sum += $(i - 1) }
        END { print sum + 0 }' "$3"
}
