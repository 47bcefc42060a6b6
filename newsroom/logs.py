"""What is written to the log."""

import logging


class RefusalsInALine(logging.Filter):
    """Takes the traceback off a request that was refused (4xx): nothing of ours went wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
