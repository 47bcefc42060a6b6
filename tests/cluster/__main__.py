"""Bring up a cluster on this machine until it is interrupted: `make cluster`."""

import contextlib
import signal

from tests.cluster.nodes import Cluster, enter

if __name__ == "__main__":
    folder = enter()
    Cluster(folder).start()
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
