"""How gunicorn serves, which `newsroom.web` starts."""

import gc
import sys
from logging.config import dictConfig
from typing import Any

from articles.collector import YOUNG_OBJECTS
from newsroom import logs, slots
from newsroom.environment import read_or_exit
from newsroom.listening import unprotected

environment = read_or_exit()
if why := unprotected(environment):
    sys.exit(why)

wsgi_app = "newsroom.wsgi"
bind = f"{environment.host}:{environment.port}"
workers = environment.web_concurrency
worker_class = "newsroom.worker.Worker"
http_parser = "python"  # which the worker teaches what may be in an address
limit_request_line = 8190  # bytes, the most that gunicorn allows
threads = 4
preload_app = True  # workers share the memory of what they only read, and start at once
timeout = 30
# Whoever locks a table for longer would stop all threads, and with them what asks for no table.
# PgBouncer refuses options: it sets the limit itself (docs/scaling.md).
if not environment.database_session_url:
    raw_env = ["PGOPTIONS=-c lock_timeout=10s"]
forwarded_allow_ips = ",".join(map(str, environment.trusted_proxies))
forwarder_headers = ""  # among them is SCRIPT_NAME, which a proxy may pass on from anybody
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
logconfig_dict = logs.configuration(environment)
dictConfig(logconfig_dict)  # for what is told before gunicorn does so
worker_tmp_dir = slots.prepare(workers)  # for what tells that a worker is alive
pre_fork, post_fork, child_exit, on_exit = slots.assign, slots.take, slots.leave, slots.remove
accesslog = None  # `articles.web.traffic` writes a line for each request


def when_ready(_server: Any) -> None:
    """Before there are workers, keep the collector away from all that is loaded: to look at it
    would copy its memory to each worker, and stop a request for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
