"""Bring up a cluster on this machine until it is interrupted: `make cluster`."""

import contextlib
import signal

from tests.cluster.nodes import FRONT, PASSWORD, SITE, Cluster, enter

if __name__ == "__main__":
    folder = enter()
    Cluster(folder).start()
    print(f"{SITE} is at https://{FRONT}/, for admin with the password {PASSWORD!r}, until Ctrl-C")
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
