"""A lying node: a proxy that changes what an honest one answers."""
import http.server
import json
import threading
import urllib.request


class Liar:
    """Answers as the node at `url` does, but for `lie(method, result)`."""

    def __init__(self, url, lie):
        liar = self
        self.lie = lie

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                request = urllib.request.Request(url, json.dumps(call).encode(),
                                                 {"Content-Type": "application/json"})
                with urllib.request.urlopen(request, timeout=30) as answer:
                    told = json.loads(answer.read())
                if "result" in told:
                    told["result"] = liar.lie(call["method"], told["result"])
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
