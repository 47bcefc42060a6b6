"""The editors' desk of a site on this machine, as a browser uses it."""

import http.client
import re
import ssl
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode


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
    """Somebody who is logged in. Raises `AssertionError` for an answer that is not expected."""

    def __init__(self, host: str, name: str, password: str) -> None:
        self.host = host
        self.cookies: dict[str, str] = {}
        login = "/admin/login/"
        fields = dict(Form(self.ask(login), "login-form").fields)
        self.ask(login, 302, {**fields, "username": name, "password": password})

    def ask(self, path: str, status: int = 200, form: object = None) -> str:
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE  # the check made it itself
        client = http.client.HTTPSConnection("127.0.0.1", 443, context=tls, timeout=60)
        headers = {
            "Host": self.host,
            "Referer": f"https://{self.host}{path}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if form is None:
            client.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            client.request("POST", path, urlencode(form), headers)
        answer = client.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        client.close()
        assert answer.status == status, f"{path} was answered with {answer.status}"
        return text

    def retitle(self, former: str, title: str) -> None:
        """Give the one post with this title another one."""
        found = self.ask(f"/admin/articles/post/?q={quote(former)}")
        [address] = set(re.findall(r"/admin/articles/post/\d+/change/", found))
        fields = Form(self.ask(address), "post_form").fields
        changed = [(name, title if name == "title" else value) for name, value in fields]
        self.ask(address, 302, changed)
