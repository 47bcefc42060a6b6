"""The editors' desk of a site on this machine, as a browser uses it."""

import http.client
import re
import ssl
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

#: What a form says is wrong.
ERRORS = re.compile(r'(?s)<ul class="errorlist[^>]*>(.*?)</ul>')
BOUNDARY = "a-boundary-that-is-in-no-file"


class Form(HTMLParser):
    """What a browser would send of the form with this id, as pairs."""

    def __init__(self, page: str, form: str) -> None:
        super().__init__()
        self.form = form
        self.depth = 0  # of forms: in it there are some of templates, which send nothing
        self.fields: list[tuple[str, str]] = []
        self.select = self.textarea = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        kind = found.get("type", "text")
        if tag == "form" and (self.depth or found.get("id") == self.form):
            self.depth += 1
        elif self.depth != 1 or "disabled" in found:
            return
        elif tag == "textarea":
            self.textarea = name
            self.fields.append((name, ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in found:
            self.fields.append((self.select, value))
        elif kind in ("checkbox", "radio"):
            if "checked" in found:
                self.fields.append((name, value or "on"))
        elif tag == "input" and name and kind not in ("submit", "file", "button"):
            self.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self.textarea:
            name, text = self.fields.pop()
            self.fields.append((name, text + data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea:
            name, text = self.fields.pop()
            self.fields.append((name, text.removeprefix("\n")))  # as HTML 13.1.2.5 says
            self.textarea = ""
        elif tag == "form" and self.depth:
            self.depth -= 1


class Desk:
    """Somebody who is logged in. What asks for a page returns it, or where a redirect leads. Raises
    `AssertionError` for an answer that is not expected."""

    def __init__(
        self, host: str, name: str, password: str, at: str = "127.0.0.1", timeout: float = 60
    ) -> None:
        self.host, self.at, self.timeout = host, at, timeout
        self.cookies: dict[str, str] = {}
        login = "/admin/login/"
        fields = dict(Form(self.ask(login), "login-form").fields)
        self.ask(login, 302, {**fields, "username": name, "password": password})

    def ask(self, path: str, status: int = 200, form: object = None) -> str:
        kind = "application/x-www-form-urlencoded"
        return self.send(path, status, kind, None if form is None else urlencode(form))

    def send(self, path: str, status: int, kind: str, body: str | bytes | None) -> str:
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE  # the check made it itself
        client = http.client.HTTPSConnection(self.at, 443, context=tls, timeout=self.timeout)
        headers = {
            "Host": self.host,
            "Referer": f"https://{self.host}{path}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is None:
            client.request("GET", path, headers=headers)
        else:
            client.request("POST", path, body, headers | {"Content-Type": kind})
        answer = client.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        client.close()
        why = " ".join(ERRORS.findall(text))
        assert answer.status == status, f"{path} was answered with {answer.status} {why}"
        return answer.headers.get("Location", text)

    def retitle(self, former: str, title: str) -> None:
        """Give the one post with this title another one."""
        found = self.ask(f"/admin/articles/post/?q={quote(former)}")
        [address] = set(re.findall(r"/admin/articles/post/\d+/change/", found))
        self.change(address, title)

    def change(self, address: str, title: str) -> None:
        """Give the post whose form is at this address another title."""
        fields = Form(self.ask(address), "post_form").fields
        changed = [(name, title if name == "title" else value) for name, value in fields]
        self.ask(address, 302, changed)

    def upload(self, name: str, content: bytes) -> int:
        """Have a file tried out. Returns the number of the run."""
        fields = {
            'name="csrfmiddlewaretoken"': self.cookies["csrftoken"].encode(),
            f'name="files"; filename="{name}"': content,
        }
        body = b""
        for field, value in fields.items():
            head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {field}\r\n\r\n"
            body += head.encode() + value + b"\r\n"
        body += f"--{BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return number_in(self.send("/admin/articles/importrun/add/", 302, kind, body))

    def import_for_good(self, run: int) -> int:
        """Import the files that a run has tried out. Returns the number of the new run."""
        token = {"csrfmiddlewaretoken": self.cookies["csrftoken"]}
        return number_in(self.ask(f"/admin/articles/importrun/{run}/import/", 302, token))


def number_in(address: str) -> int:
    return int(re.findall(r"\d+", address)[-1])
