"""How gunicorn serves: `gunicorn -c newsroom/gunicorn.py`. Settings of its own: HOST, PORT,
WEB_CONCURRENCY (worker processes, which gunicorn reads itself)."""

import multiprocessing
import os
import sys

from newsroom.serve import unprotected

if why := unprotected(os.environ.get("HOST", "127.0.0.1")):
    sys.exit(why)

wsgi_app = "newsroom.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", min(multiprocessing.cpu_count(), 4)))
worker_class = "gthread"
threads = 4
timeout = 30
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "127.0.0.1,::1")
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
