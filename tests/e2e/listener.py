# SPDX-License-Identifier: Apache-2.0
"""A listener for events on the loopback: keeps what it is sent, and fails in the ways that listeners fail."""
import http.server
import json
import ssl
import subprocess
import threading
import time

from client import wait_for


class Listener:
    """`status` is what it answers, `hang_s` how long it waits before that, `location` where it redirects to."""

    def __init__(self, certificate=None):
        self.deliveries = []  # what was taken: (headers, body)
        self.attempt_times = []  # of all, taken or not
        self.status, self.hang_s, self.location = 204, 0, None
        self.certificate = certificate
        self.port = 0
        self.start()

    def start(self):
        """Also again, at the same port."""
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                listener.receive(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def receive(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.attempt_times.append(time.monotonic())
        time.sleep(self.hang_s)
        if 200 <= self.status <= 299:
            self.deliveries.append((handler.headers, json.loads(body)))
        handler.send_response(self.status)
        if self.location:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", "0")
        handler.send_header("Connection", "close")  # so that a stopped listener is gone for its client too
        handler.end_headers()
        handler.close_connection = True

    @property
    def url(self):
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}/events"

    def events(self):
        return [event for _, body in self.deliveries for event in body.get("Events", [])]

    def messages(self, prefix):
        """The MessageIds of what was taken, in order, as far as they begin so."""
        return [event["MessageId"] for event in self.events() if event["MessageId"].startswith(prefix)]

    def wait_for_message(self, message_id, timeout_s=10):
        wait_for(lambda: message_id in self.messages(message_id), timeout_s, f"{message_id} to be delivered", interval_s=0.02)


def make_certificate(directory):
    """A self-signed one for 127.0.0.1: (certificate file, key file)."""
    certificate, key = directory / "listener.pem", directory / "listener.key"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=listener -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(["openssl", *words.split(), "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key
