#!/usr/bin/env python3
"""Stands between a reader and a log, and flips one bit of one file on its way.

    flip_proxy.py UPSTREAM PATH_PREFIX BYTE

Prints the port it listens on. Only the first file whose path begins with PATH_PREFIX is altered,
each time it is asked for; BYTE counts from its end if it is negative. With an empty prefix nothing
is altered.
"""
import http.server
import sys
import urllib.error
import urllib.request

upstream, prefix, byte = sys.argv[1], sys.argv[2], int(sys.argv[3])


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    altered = None

    def do_GET(self):
        try:
            with urllib.request.urlopen(upstream + self.path) as answer:
                status, body = answer.status, bytearray(answer.read())
        except urllib.error.HTTPError as problem:
            status, body = problem.code, bytearray(problem.read())
        if prefix and self.path.startswith(prefix) and status == 200:
            Proxy.altered = Proxy.altered or self.path
            if self.path == Proxy.altered:
                body[byte] ^= 0x04
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
