"""Functions on text."""

from flow8.domain.expression.bounds import MAX_LIST, room
from flow8.domain.expression.functions.table import Row
from flow8.domain.expression.values import to_text


def _replace(text: str, old: str, new: str) -> str:
    room(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _repeat(text: str, times: int) -> str:
    room(len(text) * times)
    return text * times


def _pad_start(text: str, length: int, fill: str = " ") -> str:
    room(length * len(fill))
    return (fill * (length - len(text)))[: max(length - len(text), 0)] + text


def _pad_end(text: str, length: int, fill: str = " ") -> str:
    room(length * len(fill))
    return text + (fill * (length - len(text)))[: max(length - len(text), 0)]


def _split(text: str, separator: str | None = None) -> list[str]:
    return text.split(separator, MAX_LIST)


ROWS: list[Row] = [
    ("upper(text)", "In capital letters.", '"abc" | upper => "ABC"', str.upper),
    ("lower(text)", "In small letters.", '"ABC" | lower => "abc"', str.lower),
    ("capitalize(text)", "First letter large, others small.", '"aBC" | capitalize => "Abc"', str.capitalize),
    ("trim(text, characters?)", "Without white space at both ends.", '" a " | trim => "a"', str.strip),
    ("replace(text, old, new)", "New for every old.", '"a-b" | replace("-", "+") => "a+b"', _replace),
    ("split(text, separator?)", "Its pieces.", '"a,b" | split(",") => ["a","b"]', _split),
    ("startsWith(text, part)", "True when it begins so.", '"abc" | startsWith("a") => true', str.startswith),
    ("endsWith(text, part)", "True when it ends so.", '"abc" | endsWith("a") => false', str.endswith),
    ("before(text, part)", "All before it.", '"a@b" | before("@") => "a"', lambda *of: str.partition(*of)[0]),
    ("after(text, part)", "All after it.", '"a@b" | after("@") => "b"', lambda *of: str.partition(*of)[2]),
    ("padStart(text, length, fill?)", "Filled up in front.", '"7" | padStart(3, "0") => "007"', _pad_start),
    ("padEnd(text, length, fill?)", "Filled up behind.", '"ab" | padEnd(4, "-") => "ab--"', _pad_end),
    ("repeat(text, times)", "Several times.", '"ab" | repeat(3) => "ababab"', _repeat),
    ("text(data)", "Any value as text.", '[2.0, true] | text => "[2.0,true]"', to_text),
]
