"""The site of the guide, as its operator and its readers see it."""

import json
import re
import shlex
from pathlib import Path

from tests.deploy.debian import CheckError, Machine

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "operations.md"
SECTION = re.compile(r"(?m)^## (.+)$")
COMMANDS = re.compile(r"(?ms)^```sh\n(.*?)^```$")
#: A block of the guide that names what is the operator's. The check has names of its own:
NAMES_ALONE = re.compile(r"(?:[A-Z]+=\S+\n)+")
NAMES = {
    "DOMAIN": "news.example.com",
    "EMAIL": "you@example.com",
    "SOURCE": "/root/newsroom.git",
    "RELEASE": "next",
}
SITE = f"https://{NAMES['DOMAIN']}"
PASSWORD = "a password for this check"


def say(text: str) -> None:
    print(f"\n=== {text}", flush=True)


def expect(what: str, is_so: bool) -> None:
    print(f"    {'yes' if is_so else 'NO'}: {what}", flush=True)
    if not is_so:
        raise CheckError(f"this is not so: {what}")


def sections() -> dict[str, list[str]]:
    """The blocks of commands in each section of the guide."""
    _, *parts = SECTION.split(GUIDE.read_text())
    texts = zip(parts[::2], parts[1::2], strict=True)
    return {title: COMMANDS.findall(text) for title, text in texts}


class Site:
    """The site on the machine, as its operator and its readers see it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def follow(self, section: str) -> None:
        """Run the commands of a section of the guide."""
        say(section)
        for script in sections()[section]:
            if not NAMES_ALONE.fullmatch(script):
                self.machine.run(script, PASSWORD)

    def curl(self, path: str, *options: str) -> str:
        options = ("--silent", "--show-error", *options, SITE + path)
        return self.machine.answer(shlex.join(["curl", *options]))

    def status(self, path: str) -> str:
        return self.curl(path, "--output", "/dev/null", "--write-out", "%{http_code}")

    def readiness(self) -> dict[str, str]:
        return json.loads(self.curl("/readyz"))
