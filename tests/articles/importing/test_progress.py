import os
import sys

from articles.importing.progress import progress_bar


def test_a_bar_ends_quietly_where_its_terminal_is_gone(monkeypatch):
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w", buffering=1) as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress_bar(lambda: 2, shown=True) as bar:
            os.close(ours)
            bar.advance({"created": 1})
        monkeypatch.undo()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, theirs)  # for what the bar could not write
        os.close(nothing)
