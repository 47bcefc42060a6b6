"""Comments and tags of HTML that nothing closes. Browsers hide all that follows; kramdown takes
what begins them for text."""


def unclosed(text: str) -> list[int]:
    """Where comments and tags begin that nothing closes: comments after the last end of one, tags
    with the last quotation mark of a kind, and what no bracket follows."""
    found = []
    start = text.find("<!--", text.rfind("-->") + 1)
    while start >= 0:
        found.append(start)
        start = text.find("<!--", start + 1)
    for quote in "\"'":
        end = text.rfind(quote)
        start = text.rfind("<", 0, max(end, 0))
        tag = text[start:end].rstrip() if start >= 0 else ""
        if tag[1:2].isalpha() and tag.endswith("=") and ">" not in tag:
            found.append(start)
    start = text.rfind("<")
    if start > text.rfind(">") and text[start + 1 : start + 2].isalpha():
        found.append(start)
    return sorted(set(found))


def as_text(html: str) -> str:
    """HTML in which what nothing closes is text."""
    parts, position = [], 0
    for start in unclosed(html):
        parts += [html[position:start], "&lt;"]
        position = start + 1
    return "".join(parts) + html[position:]
