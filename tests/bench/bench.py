#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the figures the project promises: how long an order takes to its pin edge, how many requests a second are served, how much
memory the firmware takes, how fast the simulator runs. Prints, never judges: a figure depends on the machine.

Starts a twin with model nodes and a firmware of its own on a temporary state, and ends both. Needs wrk for the requests per second. With
--beside it measures five resources of other Redfish services, too, in the same run."""
import argparse
import concurrent.futures
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import beside

NODE_COUNT = 4
PASSWORD = "bench mark 4711"
SETTLE_S = 2.0  # nodes have booted, sensors have been read
EDGE_WITHIN_US = 1_000_000  # an edge later than this is not this order's


class Board:
    """A twin and a firmware."""

    def __init__(self, programs):
        self.programs = programs
        self.state = tempfile.mkdtemp(prefix="super4c-bench-")
        self.processes = []

    def boot(self):
        password_file = os.path.join(self.state, "password")
        with open(password_file, "w", encoding="ascii") as file:
            file.write(PASSWORD + "\n")
        self.start(["super4c-twin", "--boot-ms", "500"])
        wait_for(os.path.join(self.state, "twin.sock"))
        self.firmware = self.start(["super4c-bmc", "--https-port", "0", "--netconsole-port", "0", "--admin-password-file", password_file])
        self.port = self.read_port()
        self.tls = ssl.create_default_context(cafile=os.path.join(self.state, "tls", "cert.pem"))

    def start(self, command):
        process = subprocess.Popen([os.path.join(self.programs, command[0]), "--state", self.state, *command[1:]],
                                   stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def read_port(self):
        for line in self.firmware.stdout:
            found = re.match(r"ready: https://127\.0\.0\.1:(\d+)/", line)
            if found:
                return int(found.group(1))
        sys.exit("bench: the firmware did not start")

    def connect(self):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, timeout=30)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def sign_in(self):
        connection = self.connect()
        connection.request("POST", "/redfish/v1/SessionService/Sessions", json.dumps({"UserName": "admin", "Password": PASSWORD}),
                           {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status != 201:
            sys.exit(f"bench: sign-in answered {response.status}")
        return response.getheader("X-Auth-Token")

    def edges(self):
        output = subprocess.run([os.path.join(self.programs, "super4c-twinctl"), "--state", self.state, "edges"], check=True,
                                capture_output=True, text=True).stdout
        return [json.loads(line) for line in output.splitlines()]

    def memory_kib(self):
        with open(f"/proc/{self.firmware.pid}/status", encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file)
        return int(fields["VmRSS"].split()[0]), int(fields["VmHWM"].split()[0])

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=10)
            if code != 0:
                print(f"bench: {os.path.basename(process.args[0])} ended with {code}", file=sys.stderr)
        shutil.rmtree(self.state, ignore_errors=True)


def wait_for(path):
    for _ in range(500):
        if os.path.exists(path):
            return
        time.sleep(0.01)
    sys.exit(f"bench: {path} did not appear")


def order(board, token, node, count, sent):
    """Restarts one node's module again and again; the answer comes when the effect is measured. The request is made beforehand, so that
    the time taken just before it is sent is not our own."""
    sock = board.connect().sock
    body = '{"ResetType": "ForceRestart"}'
    request = "\r\n".join([f"POST /redfish/v1/Systems/Node{node}/Actions/ComputerSystem.Reset HTTP/1.1", f"Host: 127.0.0.1:{board.port}",
                           f"X-Auth-Token: {token}", "Content-Type: application/json", f"Content-Length: {len(body)}", "", body]).encode()
    while len(sent) < count:
        at_us = time.monotonic_ns() // 1000
        sock.sendall(request)
        response = http.client.HTTPResponse(sock, method="POST")
        response.begin()
        response.read()
        if response.status == 204:
            sent.append((node, at_us))
        time.sleep(0.05 + 0.013 * node)  # so that orders meet the control loop at any phase


def latencies_us(board, sent):
    """From the client's send to the edge, both by CLOCK_MONOTONIC."""
    falls = {f"CM5_{node}_PMIC_ENABLE": [] for node in range(1, NODE_COUNT + 1)}
    for edge in board.edges():
        if edge["net"] in falls and edge["level"] == 0:
            falls[edge["net"]].append(edge["us"])
    found = []
    for node, at_us in sent:
        after = [us - at_us for us in falls[f"CM5_{node}_PMIC_ENABLE"] if 0 <= us - at_us < EDGE_WITHIN_US]
        if after:
            found.append(min(after))
    return sorted(found)


def measure_orders(board, token, count):
    sent = []
    with concurrent.futures.ThreadPoolExecutor(NODE_COUNT) as pool:
        list(pool.map(lambda node: order(board, token, node, count, sent), range(1, NODE_COUNT + 1)))  # passes exceptions on
    return latencies_us(board, sent), len(sent)


def run_load(port, certificate, token, per_s):
    """A process of its own: per_s requests a second over four kept-alive connections, until killed."""
    tls = ssl.create_default_context(cafile=certificate)
    connections = [http.client.HTTPSConnection("127.0.0.1", port, context=tls, timeout=30) for _ in range(4)]
    due = time.monotonic()
    done = 0
    while True:
        connection = connections[done % len(connections)]
        connection.request("GET", f"/redfish/v1/Systems/Node{done % NODE_COUNT + 1}", headers={"X-Auth-Token": token})
        connection.getresponse().read()
        done += 1
        if done % per_s == 0:
            print(done, flush=True)
        due += 1 / per_s
        time.sleep(max(0.0, due - time.monotonic()))


class Load:
    def __init__(self, board, token, per_s):
        certificate = os.path.join(board.state, "tls", "cert.pem")
        self.process = subprocess.Popen([sys.executable, __file__, "--load", str(board.port), certificate, token, str(per_s)],
                                        stdout=subprocess.PIPE, text=True)
        self.started = time.monotonic()
        self.done = 0
        threading.Thread(target=self.count, daemon=True).start()

    def count(self):
        for line in self.process.stdout:
            self.done = int(line)
            self.seen = time.monotonic()

    def stop(self):
        """The rate that was really driven."""
        self.process.kill()
        self.process.wait()
        return self.done / (self.seen - self.started) if self.done else 0.0


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))]


def print_noise():
    """What the machine adds to every figure below: how late it wakes a sleeper. A figure finer than this says nothing about the firmware."""
    late = []
    for _ in range(2000):
        before = time.monotonic_ns()
        time.sleep(0.001)
        late.append((time.monotonic_ns() - before) // 1000 - 1000)
    late.sort()
    print(f"this machine wakes a sleeper late by: p50 {percentile(late, 0.5) / 1000:.2f} ms, p99 {percentile(late, 0.99) / 1000:.2f} ms, "
          f"max {late[-1] / 1000:.2f} ms", flush=True)


def print_latency(name, result):
    values, sent = result
    if not values:
        print(f"order to pin edge, {name}: no edge was seen for {sent} orders")
        return
    figures = ", ".join(f"{label} {value / 1000:.2f} ms" for label, value in
                        (("p50", percentile(values, 0.5)), ("p99", percentile(values, 0.99)), ("max", values[-1])))
    print(f"order to pin edge, {name}: {figures} ({len(values)} of {sent} orders)", flush=True)


def print_requests(board, token, seconds):
    if not shutil.which("wrk"):
        print("requests per second: wrk is not installed")
        return
    url = f"https://127.0.0.1:{board.port}/redfish/v1/Systems/Node1"
    output = subprocess.run(["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency", "-H", f"X-Auth-Token: {token}", url], check=True,
                            capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    p99 = re.search(r"99%\s+(\S+)", output)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    print(f"GET /redfish/v1/Systems/Node1, 8 kept-alive TLS connections: {rate.group(1)} requests/s, p99 {p99.group(1)}, "
          f"{errors.group(1) if errors else 0} refused", flush=True)


def print_simulator(programs):
    program = os.path.join(programs, "power_sim")
    if not os.path.exists(program):
        print("simulated board-hours per second: power_sim is not built")
        return
    output = subprocess.run([program, "--benchmark"], check=True, capture_output=True, text=True).stdout
    print(next((line for line in output.splitlines() if line.startswith("simulated")), "simulated board-hours per second: not told"))


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "bin")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", default=default, help="where the programs are (default: build/bin)")
    parser.add_argument("--orders", type=int, default=200, help="orders to measure, idle and under load each")
    parser.add_argument("--load-per-s", type=int, default=200, help="requests per second while measuring under load")
    parser.add_argument("--seconds", type=int, default=5, help="of the requests-per-second run")
    parser.add_argument("--beside", type=beside.parse, action="append", default=[], metavar="NAME=URL",
                        help="another Redfish service that runs here, to be measured in the same run; may come several times")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started ends, too
    board = Board(os.path.abspath(options.bin))
    try:
        board.boot()
        time.sleep(SETTLE_S)
        print_noise()
        token = board.sign_in()
        idle_kib, _ = board.memory_kib()
        print_latency("idle", measure_orders(board, token, options.orders))
        load = Load(board, token, options.load_per_s)
        result = measure_orders(board, token, options.orders)
        print_latency(f"at {load.stop():.0f} requests/s", result)
        print_requests(board, token, options.seconds)
        if options.beside:
            ours = beside.Service("super4c-bmc", f"https://127.0.0.1:{board.port}", {"X-Auth-Token": token})
            beside.print_beside([ours, *options.beside], options.seconds)
        _, most_kib = board.memory_kib()
        print(f"resident memory: {idle_kib} KiB idle, {most_kib} KiB at most")
    finally:
        board.stop()
    print_simulator(os.path.abspath(options.bin))


if __name__ == "__main__":
    if len(sys.argv) == 6 and sys.argv[1] == "--load":
        run_load(int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))
    else:
        main()
