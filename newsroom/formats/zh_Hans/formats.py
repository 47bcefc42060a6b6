"""Figures as the Chinese financial press prints them: 10,000. Django's own locale has 10000."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
