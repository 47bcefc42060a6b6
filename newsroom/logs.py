"""What is written to the log."""

import logging


class RefusalsInALine(logging.Filter):
    """Drops the traceback of a request that was refused (4xx): that is no fault of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
