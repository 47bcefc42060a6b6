"""What the processes of `workers` begin with: the modules that read, and the tables that these make
on first use. So each is made once, and not by every process."""

from .discovery import Found
from .preparing import read_and_index

DOCUMENT = "---\ntitle: 题\ndate: 2022-03-04\n---\n<p>文</p>"

read_and_index(Found("2022-03-04-x.md", content=DOCUMENT.encode()))
