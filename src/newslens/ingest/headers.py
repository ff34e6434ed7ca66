"""What the first lines of a plain text say of it: title, outlet, publication date.

Only what is written as such is taken: front matter, labels ("Source: …", 来源：…), a line that is a date and
little else, a Markdown heading, a first line set off as a headline. A text that begins with its first
paragraph has no title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

from newslens.ingest.dates import read_date

HEAD_LINES = 15
HEAD_CHARACTERS = 20_000
LONGEST_LINE = 400  # a longer one is prose, and its first characters show it
FRONT_MATTER_LINES = 40
TITLE_WORDS = (3, 25)
LABEL_WORDS = 3  # "Intelligence artificielle", set above the headline
DATE_LINE_WORDS = 4  # what a line may say besides its date: a place, an author


@dataclass(frozen=True, slots=True)
class Head:
    """What the first lines of a text state."""

    title: str | None = None
    outlet: str | None = None
    published_at: date | None = None


def read_head(text: str) -> Head:
    """Return the title, outlet and date that the first lines of `text` state."""
    lines = [line.strip()[:LONGEST_LINE] for line in text[:HEAD_CHARACTERS].splitlines()]
    front, body = _split_front_matter(lines)
    head = _before_prose(body[:HEAD_LINES])
    title = _first(front, TITLE_KEYS) or _title(body[:HEAD_LINES])
    labelled = (_labelled_date(line) for line in head)
    bare = (_bare_date(line) for line in head if line != title)
    dates = [read_date(_first(front, DATE_KEYS)), *labelled, *bare]
    outlets = [_first(front, OUTLET_KEYS), *(_labelled_outlet(line) for line in head)]
    return Head(
        title=title,
        outlet=next((_outlet(name) for name in outlets if name), None),
        published_at=next(filter(None, dates), None),
    )


# --- front matter ---------------------------------------------------------------------------------------------

TITLE_KEYS = ("title", "titre", "标题", "標題")
DATE_KEYS = ("date", "published_at", "published", "publishdate", "pubdate", "publie_le", "日期", "发布时间", "發布時間")
OUTLET_KEYS = ("outlet", "source", "publisher", "publication", "site_name", "sitename", "来源", "來源")
_PAIR = re.compile(r"([\w -]{1,30})\s*[:：]\s*(.*)")


def _split_front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the `key: value` pairs between two lines of dashes that open a text, and the lines after them."""
    if not lines or lines[0] != "---" or "---" not in lines[1:FRONT_MATTER_LINES]:
        return {}, lines
    end = lines.index("---", 1)
    pairs = filter(None, map(_PAIR.fullmatch, lines[1:end]))
    return {pair[1].strip().lower(): pair[2].strip("\"' ") for pair in pairs}, lines[end + 1 :]


def _first(front: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((front[key] for key in keys if front.get(key)), None)


# --- labels ---------------------------------------------------------------------------------------------------

_OUTLET_LABEL = r"(?:文章|稿件|信息|新闻|新聞)?(?:source|publisher|publication|média|来源|來源|出处|出處|媒体|媒體)"
_DATE_LABEL = (
    r"(?:date\s+de\s+publication|publication\s+date|publi(?:é|ée|shed|cation)|posted|mise?\s+en\s+ligne|paru|date"
    r"|(?:发布|發布|發佈|发表|發表|刊登)?(?:时间|時間|日期))"
)
_OTHER_LABEL = r"(?:by|par|author|auteure?|作者|记者|記者|编辑|編輯|责编|責編|photo|updated|mis\s+à\s+jour)"
_START = r"(?:^|(?<=[\s|·•(（【\[]))"
_OUTLET = re.compile(
    rf"{_START}{_OUTLET_LABEL}\s*[:：]\s*(?P<name>[^|·•\n]+?)"
    rf"(?=[\s(（]*(?:[|·•]|{_START}(?:{_OUTLET_LABEL}|{_DATE_LABEL}|{_OTHER_LABEL})\b\s*[:：]|$))",
    re.I,
)
_DATED = re.compile(rf"{_START}{_DATE_LABEL}(?:\s+(?:on|le))?\s*[:：]?\s*(?P<rest>.+)", re.I)
_LABELLED = re.compile(rf"{_START}(?:{_OUTLET_LABEL}|{_DATE_LABEL}|{_OTHER_LABEL})\s*[:：]", re.I)
# "By Jane Doe", 作者 | 某某, 文丨某某, 本报记者 某某 北京报道, （图片来源：某某）, 某某社 图
_CREDIT = re.compile(
    r"(?:by|par)\s+\S+(?:\s+\S+){0,8}"
    r"|[(（]?(?:文|图|圖|撰文|作者|来源|來源|出品|排版|投稿|(?:图|圖)片(?:来源|來源)?)\s*[|｜丨/:：].*"
    r"|.*(?:记者|記者|编辑|編輯|本文作者|报道|報道|報導|[社网網]\s?[图圖])[)）]?"
    r"|.{0,12}(?:记者|記者|编辑|編輯|作者)(?:\s|[|｜丨/:：]).*",
    re.I,
)
LONGEST_OUTLET = 60


def _labelled_outlet(line: str) -> str | None:
    match = _OUTLET.search(line)
    return match["name"] if match else None


def _outlet(name: str) -> str | None:
    """Return an outlet's name without stray signs ("Les Echos:::"); of a URL its host."""
    name = re.split("[;；]", re.sub(r"\s+", " ", name))[0].strip(" :：;,，。()（）[]【】*_")
    if name.lower().startswith(("http://", "https://")):
        name = (urlsplit(name).hostname or "").removeprefix("www.")
    has_date = DATE.search(name)
    if has_date:  # 来源：新浪财经 2025-01-28 20:22
        name = name[: has_date.start()].strip()
    return name if 0 < len(name) <= LONGEST_OUTLET else None


# --- dates ----------------------------------------------------------------------------------------------------

_MONTH = r"[^\W\d_]{3,10}\.?"
_DAY = r"\d{1,2}(?:er|st|nd|rd|th)?"
DATE = re.compile(
    r"(?<!\d)(?:"
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
    r"|(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号號]"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d"
    rf"|{_DAY}\.?\s+{_MONTH},?\s+(?:19|20)\d\d"
    r")(?!\d)"
    rf"|\b{_MONTH}\s+{_DAY},?\s+(?:19|20)\d\d(?!\d)",
    re.I,
)
_BESIDE_A_DATE = re.compile(
    r"\d{1,2}\s*[:：h时時]\s*\d{0,2}(?:[:：]\d\d)?|\b(?:at|à|le|on|am|pm|a\.m\.|p\.m\.|[A-Z]{2,4}|GMT[+-]\d+)\b"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b"
    r"|(?:星期|周|週)[一二三四五六日天]",
    re.I,
)


def _labelled_date(line: str) -> date | None:
    match = _DATED.search(line)
    return _date_in(match["rest"][:80]) if match else None


def _bare_date(line: str) -> date | None:
    """Return the date of a line that says little else: "Janvier 28, 2025 at 20:22", "Jane Doe | 28 January 2025"."""
    match = DATE.search(line)
    if match is None or line.endswith((".", "。")):
        return None
    beside = _BESIDE_A_DATE.sub(" ", line[: match.start()] + " " + line[match.end() :])
    return _date_in(line) if _words(beside) <= DATE_LINE_WORDS else None


def _date_in(text: str) -> date | None:
    match = DATE.search(text)
    return read_date(match[0].replace("号", "日").replace("號", "日")) if match else None


# --- title ----------------------------------------------------------------------------------------------------

_HEADING = re.compile(r"#{1,2}\s+(?P<title>\S.*?)\s*#*")
_LIST_ITEM = re.compile(r"(?:\d{1,3}[.)、．]|\\?[-*•·>|]|[（(]?[一二三四五六七八九十]+[)）、])\s*")
_UNDERLINE = re.compile(r"={3,}")
_RULE = re.compile(r"={3,}|-{3,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+(?:['’-][^\W\d_\u3400-\u9fff]+)*|\d+")
_STOPS = (".", "。", ";", "；", ":", "：", ",", "，", "、")


def _title(lines: list[str]) -> str | None:
    """Return the Markdown heading, or the first line where it is set off as a headline."""
    for line, following in pairwise([*_before_prose(lines), ""]):
        heading = _HEADING.fullmatch(line)
        if heading or (line and _UNDERLINE.fullmatch(following)):
            return _plain(heading["title"] if heading else line)
    blocks = [(index, line) for index, line in enumerate(lines) if line]
    if not blocks:
        return None
    (first, line), rest = blocks[0], blocks[1:]
    if not rest:
        return None
    next_line, second = lines[first + 1], rest[0][1]
    if _is_section_label(line) and next_line == "" and _is_headline_below(line, lines[rest[0][0] :]):
        return _plain(second)
    return _plain(line) if _reads_as_headline(line) and _stands_apart(line, next_line, second) else None


def _is_section_label(line: str) -> bool:
    """True for "Intelligence artificielle" or 科技新闻: a few words without a sign or a figure."""
    is_plain = all(char.isalpha() or char in " &'’-" for char in line)
    return is_plain and _words(line) <= LABEL_WORDS and not _CREDIT.fullmatch(line)


def _is_headline_below(label: str, lines: list[str]) -> bool:
    """True where the first of `lines` is a longer headline that stands alone below `label`."""
    line, following = lines[0], lines[1] if len(lines) > 1 else ""
    stands_alone = any(lines[1:]) and (not following or _is_about(following))
    return stands_alone and _reads_as_headline(line) and _words(line) >= max(4, 2 * _words(label))


def _reads_as_headline(line: str) -> bool:
    low, high = TITLE_WORDS
    is_other = _LIST_ITEM.match(line) or _is_about(line)
    ends_open = line.endswith(_STOPS) and not line.endswith("...")
    return not is_other and not ends_open and low <= _words(line) <= high and "://" not in line


def _stands_apart(line: str, next_line: str, next_text: str) -> bool:
    """True where a blank line, a rule, a label, or a much longer line that starts anew follows."""
    if not next_line or _RULE.fullmatch(next_line) or _is_about(next_line):
        return True
    return _words(next_text) >= 1.5 * _words(line) and not next_text[0].islower()


def _is_about(line: str) -> bool:
    """True for a line that is about the article: a label, a date, a credit."""
    return bool(_LABELLED.search(line) or _CREDIT.fullmatch(line) or _bare_date(line))


def _before_prose(lines: list[str]) -> list[str]:
    """Return the lines before the first full paragraph: a figure's "Source:" further down is not the article's."""
    for index, line in enumerate(lines):
        is_sentence = line.endswith((".", "。", "!", "?", "！", "？", "»", "”", "」"))
        if len(line) == LONGEST_LINE or (is_sentence and _words(line) > TITLE_WORDS[1]):
            return lines[:index]
    return lines


def _words(line: str) -> float:
    """Return the length of a line in words; two Chinese characters count as one."""
    return len(_WORD.findall(line)) + len(_HAN.findall(line)) / 2


def _plain(title: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\*\*|__|`", "", title)).strip()
