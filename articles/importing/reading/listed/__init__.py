"""Exchanges' lists of securities."""
