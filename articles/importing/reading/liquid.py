"""A body written for Jekyll → the body without Liquid's tags, which Jekyll takes out before it
reads Markdown or HTML, and without Hexo's tags, Hugo's shortcodes and kramdown's marks.

`{% highlight %}`, `{{< highlight >}}` and Hexo's `{% codeblock %}` become code, `{% raw %}` keeps
its content, in code of Liquid and Hexo too, and comments and all other tags are left out. One of
these that nothing ends is left out alone. Code stays as it is.
"""

import html
import re

# Liquid's tags, and Hugo's. They may run over several lines.
LIQUID_TAG = re.compile(r"(\{%|\{\{(?=[<%]))[-<%]?\s*(\w+)")
# What Hexo does not show of the words after `{% codeblock` (hexo.io/docs/tag-plugins).
OPTION = re.compile(r"(?:lang|line_number|line_threshold|highlight|first_line|mark|wrap):")
LIQUID = r"\{%(?:[^%{}]|%(?!\}))*+%\}|\{\{[^{}]*+\}\}|\{::\w[^{}]*+\}|\{:/\w*+\}"
MARK = re.compile(LIQUID)
IN_LINES = r"[^{}\n]*+(?:\n(?![ \t]*+\n)[^{}\n]*+){0,3}"  # of a paragraph
RAW = r"\{%-?[ \t]*+(?:end)?raw[ \t]*+-?%\}"
MARK_OF_MARKDOWN = re.compile(
    rf"^[ \t>]*+(?:[-*+][ \t]++|\d{{1,9}}[.)][ \t]++)?(?:{RAW})?"
    r"(?P<fence>`{3,}+(?=[^`\n]*$)|~{3,}+(?![^\n]*~{3}[ \t]*$))"
    r"|(?P<ticks>`++)"
    rf"|(?P<attributes>^[ \t]*+\{{:{IN_LINES}\}}[ \t]*+$"
    rf"|(?:(?<=[*_`)\]>}}])|(?<=[-*+.][ \t]))\{{:[^{{}}\n:/]{IN_LINES}\}}"
    r"|(?<=[ \t])\{#[^{}\s]++\}(?=[ \t]*+$)"
    r"|^[ \t]*+[-*+1][.)]?[ \t][^\n{}]*+\n[ \t]*+\{:[ \t]*+toc\b[^{}\n]*+\}[ \t]*+$)"
    rf"|{LIQUID}",
    re.MULTILINE,
)
RAW_START = re.compile(r"\{%-?[ \t]*+raw[ \t]*+-?%\}")
RAW_TAG = re.compile(RAW)
RAW_LINE = re.compile(rf"^[ \t>]*+{RAW}[ \t]*+(?:\n|\Z)|{RAW}", re.MULTILINE)
RAW_CODE = re.compile(rf"(`++){RAW}(.*){RAW}(`++)", re.DOTALL)
TICKS = re.compile(r"`++")
COMMENT_END = re.compile(r"\{:/(?:comment)?\}")


def without_liquid(text: str, *, is_markdown: bool = True) -> tuple[str, list[str]]:
    """The text with Liquid's code as `<pre>` and without its other tags; and the tags left out."""
    if "{" not in text:
        return text, []
    kept: list[str] = []
    left_out: list[str] = []
    missing: set[re.Pattern[str]] = set()
    mark, position = MARK_OF_MARKDOWN if is_markdown else MARK, 0
    ticks = Ticks(text)
    while found := mark.search(text, position):
        kept.append(text[position : found.start()])
        start, position = found.span()
        groups = found.groupdict()
        if groups.get("fence"):
            position = end_of_fence(text, position, groups["fence"])
            kept += without_raw(text[start:position])
            continue
        if groups.get("ticks"):
            position = ticks.closing(start, position)
            raw = RAW_CODE.fullmatch(text, start, position)
            kept.append("".join(raw.groups()) if raw else text[start:position])
            continue
        tag = LIQUID_TAG.match(found[0])
        name = tag[2] if tag else "comment"
        ending = ENDINGS.get((tag[1], name)) if tag else None
        if found[0].startswith("{::comment") and not found[0].endswith("/}"):
            ending = COMMENT_END
        if ending is None:
            if name != "endraw":
                left_out.append(found[0].strip())
            continue
        end = ending_of(ending, text, position, missing)
        if end is None:
            kept += [] if tag else [found[0]]  # as kramdown has it
            left_out += [found[0].strip()] if tag else []
            continue
        inner, position = text[position : end.start()], end.end()
        inner = RAW_LINE.sub("", inner) if ending in AROUND_RAW else inner
        if name == "raw":
            kept.append(inner)
        elif name == "comment":
            left_out.append(inner.strip())
        else:
            if name != "highlight" and (caption := caption_in(found[0])):
                kept.append(f"\n<p>{html.escape(caption, quote=False)}</p>\n")
            code = html.escape(inner.strip("\n"), quote=False)
            kept.append(f"\n<pre><code>{code}\n</code></pre>\n")
    return "".join(kept) + text[position:], left_out


ENDINGS = {
    **{
        ("{%", name): re.compile(rf"\{{%-?\s*+end{name}\b[^%{{}}]*+%\}}")
        for name in ("comment", "raw", "highlight", "codeblock", "code")
    },
    **{
        ("{{", name): re.compile(rf"\{{\{{[<%]\s*+/\s*+{name}\s*+[>%]\}}\}}")
        for name in ("comment", "highlight")
    },
}
END_OF_RAW = ENDINGS["{%", "raw"]
AROUND_RAW = {ENDINGS["{%", name] for name in ("comment", "highlight", "codeblock", "code")}


def ending_of(
    ending: re.Pattern[str], text: str, position: int, missing: set[re.Pattern[str]]
) -> re.Match[str] | None:
    """The first match of an ending that no `{% raw %}` keeps as it stands. What is `missing` from
    there on is added to that: or each tag of many would look through the whole text."""
    if ending in missing:
        return None
    end = ending.search(text, position)
    while end and ending in AROUND_RAW and (raw := RAW_START.search(text, position, end.start())):
        end_of_raw = ending_of(END_OF_RAW, text, raw.end(), missing)
        if end_of_raw is None:
            break
        position = end_of_raw.end()
        if position > end.start():  # else searching anew would cost the square
            end = ending.search(text, position)
    if end is None:
        missing.add(ending)
    return end


def caption_in(tag: str) -> str:
    """The words that Hexo shows above the code that a tag begins."""
    words = tag.strip("{}%-").split()[1:]
    return " ".join(word for word in words if not OPTION.match(word))


def end_of_fence(text: str, start: int, fence: str) -> int:
    """The end of the line that closes a fence opened before `start`; or the end of the text."""
    line = text.find("\n", start)
    while line >= 0:
        end = text.find("\n", line + 1)
        end = len(text) if end < 0 else end
        if fence[0] in text[line:end]:
            parts = (part.strip(" \t\r\n>") for part in RAW_TAG.split(text[line:end]))
            if any(len(part) >= len(fence) and not part.strip(fence[0]) for part in parts):
                return end
        line = end if end < len(text) else -1
    return len(text)


def without_raw(code: str) -> list[str]:
    """Fenced code in pieces, without the marks around what Liquid is to keep."""
    first, middle, rest = code.partition("\n")
    inner, last_break, last = rest.rpartition("\n")
    return [apart(first), middle, RAW_LINE.sub("", inner), last_break, apart(last)]


def apart(line: str) -> str:
    start, *others = RAW_TAG.split(line)
    for part in others:
        start += f"\n{part}" if part.strip() and start.strip(" \t>") else part
    return start


class Ticks:
    """Finds where spans of code end, each within its line, in time linear in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line_end = -1
        self.last: dict[int, int] = {}

    def closing(self, start: int, end: int) -> int:
        """Where the span opened by the ticks from `start` to `end` ends; `end` if it has no end."""
        if start > self.line_end:
            line_end = self.text.find("\n", start)
            self.line_end = len(self.text) if line_end < 0 else line_end
            runs = TICKS.finditer(self.text, start, self.line_end)
            self.last = {run.end() - run.start(): run.start() for run in runs}
        if self.last.get(end - start, start) <= start:
            return end
        runs = TICKS.finditer(self.text, end, self.line_end)
        return next(run.end() for run in runs if run.end() - run.start() == end - start)
