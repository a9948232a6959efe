"""Reading C++ well enough for the house rules: no parser, one pass over the characters."""

import re
from dataclasses import dataclass

_SKIPPED = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)
_DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.MULTILINE)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
_CONTAINER = re.compile(r'\b(?:namespace|class|struct|union|enum|extern)\b')


def _blank(match):
    """Spaces of the same shape, so that line numbers stay."""
    return re.sub(r'[^\n]', ' ', match.group(0))


def without_comments_and_strings(text):
    return _SKIPPED.sub(_blank, text)


@dataclass(frozen=True)
class Include:
    line: int
    path: str


def includes(text):
    """Every #include outside comments, in order."""
    comments = re.compile(r'//[^\n]*|/\*.*?\*/', re.DOTALL)
    clean = comments.sub(_blank, text)
    return [Include(clean.count('\n', 0, m.start()) + 1, m.group(1) or m.group(2))
            for m in _INCLUDE.finditer(clean)]


@dataclass(frozen=True)
class Function:
    first_line: int
    last_line: int

    @property
    def lines(self):
        return self.last_line - self.first_line + 1


def _is_container(header):
    """Whether a brace after this text holds declarations. A function may return a struct, so what counts is
    a keyword with no parameter list after it."""
    found = _CONTAINER.search(header)
    if not found:
        return False
    before_base_clause = header[found.end():].split(':')[0]
    return '(' not in before_base_clause


def functions(text):
    """Bodies of functions at namespace or class scope, approximately: a brace whose introduction has a
    parenthesis. What stands inside a function belongs to it."""
    clean = _DIRECTIVE.sub(_blank, without_comments_and_strings(text))
    found = []
    stack = []  # (is_container, is_function, first line)
    start = 0   # where the introduction of the next brace begins
    for match in re.finditer(r'[{};]', clean):
        at, char = match.start(), match.group(0)
        if char == '{':
            header = clean[start:at]
            scope_is_container = not stack or stack[-1][0]
            is_container = scope_is_container and _is_container(header)
            is_function = scope_is_container and not is_container and re.search(r'[()]', header)
            text_begins = start + len(header) - len(header.lstrip())
            stack.append((is_container, bool(is_function), clean.count('\n', 0, text_begins) + 1))
        elif char == '}' and stack:
            _, is_function, first_line = stack.pop()
            if is_function:
                found.append(Function(first_line, clean.count('\n', 0, at) + 1))
        start = at + 1
    return found
