"""How gunicorn's workers read the first line of a request, what they answer if they cannot, and
which thread answers."""

import re
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from time import sleep
from typing import Any, Final

from gunicorn.http.errors import InvalidHTTPVersion, InvalidRequestLine, LimitRequestLine
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import _DEFER, ThreadWorker

from newsroom.environment import PROJECT
from newsroom.logs import request_id

PAGES: Final = PROJECT / "templates" / "pages"
NO_ADDRESS: Final = ("400 Bad Request", (PAGES / "400.html").read_bytes())
#: The status and the page, which needs nothing that may be broken, by what is wrong.
ANSWERS: Final = {
    InvalidRequestLine: NO_ADDRESS,
    InvalidHTTPVersion: NO_ADDRESS,  # what an address with a space seems to end in
    LimitRequestLine: ("414 URI Too Long", (PAGES / "414.html").read_bytes()),
}
NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
MOST_UNREAD: Final = 2**20  # bytes of a request that are read though it is refused
PATIENCE: Final = 0.5  # seconds to wait for more of them
#: The head of a request for what needs no database, with the length of its body if it has one.
PROBE: Final = re.compile(
    rb"(?:GET|HEAD) /healthz[ ?][^\r\n]*\r\n"
    rb"(?:(?i:content-length):[ \t]*(?P<length>[0-9]{1,9})[ \t]*\r\n"
    rb"|(?!(?i:content-length|transfer-encoding))[^\r\n]+\r\n)*\r\n"
)
LONGEST_PROBE: Final = 2**15  # bytes
HEAD_START: Final = 0.002  # seconds that another process has to take a connection
#: What gunicorn's own threads return for a connection that has sent nothing in five seconds.
NOTHING_YET: Final[Future[object]] = Future()
NOTHING_YET.set_result(_DEFER)


def is_whole_probe(begin: bytes) -> bool:
    """Whether these bytes are all of a request that `PROBE` matches: nobody waits for the rest."""
    head = PROBE.match(begin)
    return head is not None and len(begin) == head.end() + int(head["length"] or 0)


class LenientRequest(Request):  # type: ignore[misc]  # gunicorn has no types
    """A request whose address may have characters that should be percent-encoded (RFC 3986, 2.1):
    browsers encode what is typed, but scripts and links in mails send 茅台 as it is."""

    def parse_request_line(self, line_bytes: bytes) -> None:
        method, *rest = line_bytes.split(b" ")
        encoded = [NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), part) for part in rest]
        super().parse_request_line(b" ".join([method, *encoded]))


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker that reads requests with `LenientRequest`, says in the site's words what is wrong
    with an address, and is known to be alive while all of its threads wait for the database."""

    def __init__(
        self, age: int, ppid: int, sockets: Any, app: Any, timeout: float, cfg: Any, log: Any
    ) -> None:
        try:
            super().__init__(age, ppid, sockets, app, timeout, cfg, log)
        except OSError as error:  # the folder was filled since the start, and gunicorn would end
            log.warning("%s has no room for a worker: %s", cfg.worker_tmp_dir, error.strerror)
            cfg.set("worker_tmp_dir", None)
            super().__init__(age, ppid, sockets, app, timeout, cfg, log)

    def init_process(self) -> None:
        RequestParser.mesg_class = LenientRequest  # there is no setting for it
        self.for_probes = ThreadPoolExecutor(1)
        super().init_process()

    def accept(self, listener: Any) -> None:
        """gunicorn calls it when there is a new connection, in all processes. One whose threads are
        all busy lets another be first, or it would take nearly all connections while the other
        idles."""
        answering = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns)
        if answering >= self.cfg.threads:
            sleep(HEAD_START)
        super().accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        """gunicorn calls it with each connection that may have a request. `/healthz` has a thread
        of its own. A connection that has sent nothing holds none."""
        begin = b""
        try:
            begin = conn.sock.recv(LONGEST_PROBE, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            if not (conn.initialized or conn.data_ready):
                self.finish_request(conn, NOTHING_YET)
                return
        except OSError:  # a thread finds out, too
            pass
        threads = self.for_probes if is_whole_probe(begin) else self.tpool
        done = threads.submit(self.handle, conn)
        done.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def handle(self, conn: Any) -> Any:
        """In a thread that may have answered others before: what is logged of a request that cannot
        be read is not to have the id of theirs."""
        request_id.set("")
        return super().handle(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        answer = ANSWERS.get(type(exc))
        if answer is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Refused a request: %s", type(exc).__name__)  # the rest may be a query
        status, page = answer
        head = (
            f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(page)}\r\n\r\n"
        )
        with suppress(OSError):  # the client is gone, or slow
            client.settimeout(PATIENCE)
            client.sendall(head.encode() + page)
            # Closing a socket with unread data resets it, and the answer is lost (RFC 9112, 9.6).
            client.shutdown(socket.SHUT_WR)
            unread = MOST_UNREAD
            while unread > 0 and (read := client.recv(2**16)):
                unread -= len(read)
