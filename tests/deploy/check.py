"""Live through docs/operations.md in a Debian that boots in a container: `make deploy-check`.

The commands of the document are run as they stand there, section by section, and after each the
site is asked what readers, editors and operators would ask it: a week of its life, in which its
machine is lost. Root, mmdebstrap, systemd-container and some free ports are needed. Packages come
from Debian and PyPI, by the certificates and pip settings of this machine. Only what needs the
world is not real: the certificate is made here, once certbot has read its options.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.deploy import week
from tests.deploy.debian import CheckError, booted, make_root, missing
from tests.deploy.site import NAMES, ROOT, Site, say

#: What is taken to another machine, and where the guide has it brought to on a new one.
TAKEN = ("etc/newsroom/environment", "var/backups/newsroom", "etc/letsencrypt")
BROUGHT = "root/old"

# In the place of certbot. It shows that the real one takes the options, and that the address at
# which Let's Encrypt looks for a proof leads to this machine; then it makes the certificate.
CERTBOT = r"""#!/bin/sh -eu
/usr/bin/certbot "$@" --server https://127.0.0.1:1/ 2>&1 | grep 'Connection refused'
proofs=/var/www/html/.well-known/acme-challenge
mkdir -p $proofs
echo 'The proof is there.' >$proofs/check
curl --fail --silent "http://$DOMAIN/.well-known/acme-challenge/check"
folder=/etc/letsencrypt/live/$DOMAIN
mkdir -p "$folder"
openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$DOMAIN" -addext "subjectAltName=DNS:$DOMAIN" \
    -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
cat "$folder/fullchain.pem" >>/etc/ssl/certs/ca-certificates.crt
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make deploy-check", description=__doc__)
    parser.add_argument("--suite", default="bookworm", help="bookworm (Debian 12) or trixie (13)")
    parser.add_argument("--keep", action="store_true", help="leave the roots for a look")
    options = parser.parse_args()
    if why := missing():
        sys.exit(f"deploy-check: {why}")
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # which leaves nothing running
    folder = Path(tempfile.mkdtemp(prefix="newsroom-deploy-"))
    try:
        root, other = folder / "root", folder / "other"
        say(f"A bare Debian ({options.suite})")
        make_root(root, options.suite)
        environment = prepare(root)
        subprocess.run(["cp", "--archive", root, other], check=True)
        with booted(root, environment) as machine:
            known = week.until_friday(Site(machine))
        say("The machine is lost. What was taken from it is brought to another one")
        (other / BROUGHT).mkdir()
        taken = ["cp", "--archive", "--parents", *TAKEN, other / BROUGHT]
        subprocess.run(taken, cwd=root, check=True)
        with booted(other, environment) as machine:
            week.from_friday(Site(machine), known)
    except (AssertionError, CheckError, subprocess.CalledProcessError) as error:
        sys.exit(f"deploy-check: {error}")
    finally:
        if options.keep:
            say(f"The roots are left in {folder}")
        else:
            shutil.rmtree(folder)
    say("All of it came out as docs/operations.md says")


def prepare(root: Path) -> dict[str, str]:
    """Put into a root what the world would give it. Returns the environment of its commands."""
    bare = root / NAMES["SOURCE"].removeprefix("/")
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, bare], check=True)
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost {NAMES['DOMAIN']}\n")
    certbot = root / "usr/local/sbin/certbot"
    certbot.write_text(CERTBOT)
    certbot.chmod(0o755)
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    if "PIP_CERT" in pip:
        shutil.copy(pip["PIP_CERT"], root / "root/certificates.pem")
        pip["PIP_CERT"] = "/root/certificates.pem"
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "NO_COLOR": "1", "PAGER": "cat"}
    return {**quiet, **NAMES, **pip}


if __name__ == "__main__":
    main()
