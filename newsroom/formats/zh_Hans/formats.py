"""Where Django's own formats do not suit us."""

# Figures as the Chinese financial press prints them: 10,000. Django has 10000.
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3

# The first is that in which forms show a time: with its seconds, as in English.
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M", "%H:%M:%S.%f"]

# 3月1日, without the nought that Django puts before the month.
MONTH_DAY_FORMAT = "n月j日"
