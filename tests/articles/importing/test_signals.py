import os
import signal
from threading import Thread

import pytest

from articles.importing import signals
from articles.importing.signals import broken_off, stopping


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_asks_to_stop(number):
    before = signal.getsignal(number)
    with stopping() as should_stop:
        assert not should_stop()
        os.kill(os.getpid(), number)
        assert should_stop()
    assert signal.getsignal(number) is before


def test_who_asks_again_does_not_wait(monkeypatch):
    monkeypatch.setattr(signals, "IMPATIENCE", -1)
    with stopping() as should_stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert should_stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


def test_the_first_signal_does_not_wait_for_what_may_be_broken_off():
    with stopping() as should_stop:
        with pytest.raises(KeyboardInterrupt), broken_off():
            os.kill(os.getpid(), signal.SIGTERM)
        assert should_stop()
        os.kill(os.getpid(), signal.SIGTERM)  # the same, to all its processes


def test_what_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping() as should_stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not should_stop()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_thread_leaves_signals_as_they_are():
    found = []

    def work():
        with stopping() as should_stop:
            found.extend([should_stop(), signal.getsignal(signal.SIGTERM)])

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False, signal.getsignal(signal.SIGTERM)]
