# SPDX-License-Identifier: Apache-2.0
"""A client's own program, run as its users run it: a process of its own, with nothing of this machine's settings and proxies."""
import subprocess

PROGRAM_TIMEOUT_S = 60
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"  # Debian's programs, whatever else this machine has


def environment(board, home):
    """Where a client looks for certificates, it finds the board's."""
    certificate = str(board.state / "tls/cert.pem")
    return {
        "PATH": PATH,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "REQUESTS_CA_BUNDLE": certificate,
        "CURL_CA_BUNDLE": certificate,
        "SSL_CERT_FILE": certificate,
    }


def run(board, home, *words, variables=None, timeout_s=PROGRAM_TIMEOUT_S):
    """Runs a program to its end, whatever its exit code."""
    return subprocess.run(
        [str(word) for word in words],
        env={**environment(board, home), **(variables or {})},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def told(result):
    """What a person would see, for the message of a failed assertion."""
    return f"{' '.join(result.args)}\nexit code {result.returncode}\n{result.stdout}\n{result.stderr}"
