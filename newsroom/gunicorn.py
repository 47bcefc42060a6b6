"""How gunicorn serves: `gunicorn -c newsroom/gunicorn.py`. Settings of its own: HOST, PORT,
WEB_CONCURRENCY (worker processes, which gunicorn reads itself)."""

import multiprocessing
import os
import sys

from newsroom.listening import trusted_proxies, unprotected

if why := unprotected(os.environ.get("HOST", "127.0.0.1")):
    sys.exit(why)

wsgi_app = "newsroom.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", min(multiprocessing.cpu_count(), 4)))
worker_class = "newsroom.worker.Worker"
http_parser = "python"  # which the worker teaches what may be in an address
limit_request_line = 8190  # bytes, the most that gunicorn allows
threads = 4
timeout = 30
forwarded_allow_ips = ",".join(map(str, trusted_proxies(os.environ)))
forwarder_headers = ""  # among them is SCRIPT_NAME, which a proxy may pass on from anybody
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
