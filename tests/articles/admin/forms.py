"""What a browser sends of a form (https://html.spec.whatwg.org/#constructing-the-form-data-set)."""

from bs4 import BeautifulSoup

ONE_LINE = {"text", "search", "tel", "url", "email", "password"}


def sent(response, form):
    """The fields of the form of that id on a page, each with its values, as nobody touched them."""
    html = response.content.decode().replace("\r\n", "\n").replace("\r", "\n")
    data = {}
    for field in BeautifulSoup(html, "html.parser").select_one(f"#{form}").select("[name]"):
        if values := values_of(field):
            data.setdefault(field["name"], []).extend(values)
    return data


def values_of(field):
    if field.name == "textarea":
        return [field.text.removeprefix("\n").replace("\n", "\r\n")]
    if field.name == "select":
        options = field.select("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not field.has_attr("multiple"):
            chosen = options[:1]
        return [option.get("value", option.text) for option in chosen]
    kind, value = field.get("type", "text"), field.get("value", "")
    if field.name == "button" or kind in ("submit", "button", "file", "reset"):
        return []
    if kind in ("checkbox", "radio"):
        return [field.get("value", "on")] if field.has_attr("checked") else []
    return [value.replace("\n", "" if kind in ONE_LINE else "\r\n")]
