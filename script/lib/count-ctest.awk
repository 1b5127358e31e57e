# SPDX-License-Identifier: Apache-2.0
# Reads `ctest --verbose`. Prints one line for each program, all output of those that failed, and last "PASSED FAILED", the sums.

# "12: text" is what program 12 printed.
match($0, /^[0-9]+: /) {
    id = substr($0, 1, RLENGTH - 2)
    text = substr($0, RLENGTH + 1)
    output[id] = output[id] text "\n"
    if (text ~ /^\[  PASSED  \] .*test\(s\)/) passed[id] += case_count(text)
    if (text ~ /^\[  FAILED  \] .*test\(s\)/) failed[id] += case_count(text)
    if (text ~ /^[0-9]+ passed, [0-9]+ failed$/) { split(text, word, " "); passed[id] += word[1]; failed[id] += word[3] }
    next
}

# " 3/40 Test #12: unit.core.power_test ....   Passed    0.01 sec"
/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
    match($0, /#[0-9]+: /)
    id = substr($0, RSTART + 1, RLENGTH - 3)
    name = substr($0, RSTART + RLENGTH)
    sub(/ .*/, "", name)
    ok = / Passed +[0-9.]+ sec/
    if (ok) failed[id] = 0 # a program whose cases fail on purpose says so by its exit code
    if (ok && !passed[id]) passed[id] = 1
    if (!ok && !failed[id]) failed[id] = 1
    if (!ok) printf "%s", output[id]
    printf "%-7s %s: %d passed, %d failed\n", ok ? "ok" : "FAILED", name, passed[id], failed[id]
    passed_sum += passed[id]
    failed_sum += failed[id]
}

END { print passed_sum + 0, failed_sum + 0 }

# "[  FAILED  ] group: 2 test(s), listed below:"
function case_count(text) {
    sub(/ test\(s\).*/, "", text)
    sub(/.* /, "", text)
    return text + 0
}
