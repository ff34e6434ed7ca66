"""What stands beside a number and gives it a unit: money, per cent, tokens, chips, users, times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.quantities.currencies import SIGNS, currency_names
from newslens.quantities.digits import read_digits

CHIP_CODE = r"(?:nvidia |amd |华为|huawei |英伟达)?(?:[abhlv]\d{2,3}[a-z]?s?|gb?[23]00(?: nvl72)?|rtx ?\d{4}\w*|mi ?\d{3}x?|昇腾 ?\d*\w?|ascend(?: ?\d+\w?)?|tpu ?v\d\w?|trainium ?\d?)(?![a-z0-9])"
# What a number of tokens may be: 1M, 1 million, 百万, 1,000, 千, k …
_TOKEN_AMOUNT = r"(?:(?P<n>\d+(?:[.,  ]\d{3})*|one|un|une|一)?[ -]?(?P<m>mille|millions?|thousand|mio|billions?|milliards?|[mkb](?=tok|[^a-z]|$)|百万|千|万|亿|十万)?)"
_SCALES = {"mille": 3, "thousand": 3, "k": 3, "千": 3, "万": 4, "十万": 5, "百万": 6, "million": 6, "millions": 6, "m": 6, "mio": 6, "亿": 8, "billion": 9, "billions": 9, "milliard": 9, "milliards": 9, "b": 9}


@dataclass(frozen=True, slots=True)
class UnitGrammar:
    """The compiled unit patterns of one language; all match folded lower-case text."""

    pack: Pack
    names: dict[str, str]
    cents: dict[str, str]
    money_after: re.Pattern[str]
    cents_after: re.Pattern[str]
    percent: re.Pattern[str]
    points: re.Pattern[str]
    percent_before: re.Pattern[str]
    chips: re.Pattern[str]
    parameters: re.Pattern[str]
    chip_hours: re.Pattern[str]
    users: re.Pattern[str]
    downloads: re.Pattern[str]
    occurrences: re.Pattern[str]
    tokens: re.Pattern[str]
    per_tokens: re.Pattern[str]
    per_tokens_before: re.Pattern[str]
    token_price_of: re.Pattern[str]
    per_period: re.Pattern[str]
    per_chip_hour: re.Pattern[str]
    each: re.Pattern[str]
    per_other: re.Pattern[str]
    times: re.Pattern[str]


@cache
def unit_grammar(code: str) -> UnitGrammar:
    """Return the unit patterns of language `code`, compiled once."""
    pack = load_pack(code)
    units = pack.units
    names = currency_names(code)
    cents = {word: iso for iso, words in pack.cents.items() for word in words}
    signs = "|".join(re.escape(s) for s in sorted(SIGNS, key=len, reverse=True) if not re.search(r"^[\u4e00-\u9fff]", s))
    signs = rf"(?:{signs})(?![a-z])"
    per = alternatives(units.per)
    facets = alternatives([*units.input, *units.output])
    token = alternatives(units.tokens)
    qualifier = rf"(?:(?:de |of |d'|个)?(?:{facets}|text|texte|文本|cached|non mis en cache|uncached)[ -]?(?:/ ?(?:{facets}) ?)?)"
    per_sign = rf"(?: ?/ ?| ?{per} ?)"
    chip_noun = alternatives(units.chips)
    between = rf"(?:{alternatives(units.chip_adjectives)}[ -]?|[a-z]*\d+[a-z]* |(?:nvidia|huawei|amd|intel|google|ascend|hopper|blackwell|h800|h100|a100|tpu|rtx|geforce|kunpeng|cambricon)(?:'s)?[ -])"
    if pack.numerals == "han":
        # the noun may stand apart: 一万张更为先进的英伟达H100显卡; the quote ends with the classifier
        classifier = alternatives(units.chip_classifiers)
        noun = rf"(?:{chip_noun}|{CHIP_CODE})"
        chips = rf" ?(?:{classifier})(?=[^，。；、！？,;:\n\d]{{0,14}}?{noun})| ?(?:{alternatives(['卡', 'gpu', 'gpus', '卡集群'])})(?![a-z时小])|(?= ?{CHIP_CODE})"
        count_gap = " ?(?:多|余)?(?:个|名|位)?"
        times = rf" ?{alternatives(units.times)}(?:以上)?"
    else:
        chips = rf"[ -]?(?:{between}){{0,5}}(?:{chip_noun}|{CHIP_CODE}(?: (?:{chip_noun}))?)(?:{'' if code == 'en' else '(?!x)'})"
        count_gap = r"[ -]?(?:(?:de |d'|of |active |total |trainable |activated |actifs |totaux |model |entraînables |activés ){0,2})"
        times = rf"(?:[ -]?{alternatives(units.times)})"
    return UnitGrammar(
        pack=pack,
        names=names,
        cents=cents,
        money_after=re.compile(rf"[ -]?(?:{'de |d.|of |个' if code != 'zh' else '个'})?(?P<name>{signs}|{alternatives(names)})(?:(?<=\$)(?:us|ca|hk)(?![a-z]))?"),
        cents_after=re.compile(rf"[ -]?(?P<name>¢|{alternatives(cents)})"),
        percent=re.compile(rf" ?{alternatives(units.percent)}"),
        points=re.compile(rf"[ -]?(?:de )?{alternatives(units.percentage_points)}"),
        percent_before=re.compile(rf"{alternatives(units.percent_before)} ?$"),
        chips=re.compile(chips),
        parameters=re.compile(rf"{count_gap} ?(?:{alternatives(['active', 'total', 'activated'])} )?{alternatives(units.parameters)}(?: {alternatives(['actifs', 'activés', 'totaux', 'au total'])})?"),
        chip_hours=re.compile(rf"[ -]?(?:de |d'|of )?(?:个)?(?:{CHIP_CODE}[ -]?)?(?:{alternatives(units.chip_hours)})(?:(?: | sur | de )(?:{CHIP_CODE}))?"),
        users=re.compile(rf"{count_gap} ?(?:daily |weekly |monthly |active |paying |registered |new |global |worldwide ){{0,3}}{alternatives(units.users)}(?: actifs| mensuels| quotidiens| actives){{0,2}}"),
        downloads=re.compile(rf"{count_gap} ?{alternatives(units.downloads)}"),
        occurrences=re.compile(rf"{count_gap} ?{alternatives(units.occurrences)}"),
        tokens=re.compile(rf"[ -]?(?:de |d'|of |个)?{token}"),
        per_tokens=re.compile(rf"{per_sign}(?:{qualifier})?{_TOKEN_AMOUNT}[ -]?(?:de |of |d'|个)?(?:{qualifier})?(?P<token>{token})?"),
        per_tokens_before=re.compile(rf"(?:{per}|/) ?{_TOKEN_AMOUNT}[ -]?(?:de |of |d'|个)?(?:{qualifier})?{token}(?:{qualifier})? ?[:为约=]? ?$"),
        token_price_of=re.compile(rf"(?<![\d.]){_TOKEN_AMOUNT}[ -]?(?:de |of |d'|个)?(?:{qualifier}){{0,2}}(?P<token>{token})|[/每] ?(?P<bare>m|1m|百万|100万|million|1m tok)(?![a-z])"),
        per_period=re.compile(rf"(?: ?/ ?| ?{per} ?| |-)(?P<period>{alternatives(w for words in units.periods.values() for w in words)})(?![a-z])"),
        per_chip_hour=re.compile(rf"(?: ?/ ?| ?{per} ?){alternatives(units.chip_periods)}|每(?:张|块|颗)?(?:gpu|卡)每?小时"),
        each=re.compile(rf" ?(?:{alternatives(units.each)})"),
        per_other=re.compile(rf"(?: ?/ ?| ?{per} ?){alternatives(units.others)}"),
        times=re.compile(times),
    )


def token_amount(match: re.Match[str]) -> Decimal | None:
    """Return how many tokens a per-token phrase names ("1K" 1000, 百万 10^6), or None where it names none."""
    written, scale = match.group("n"), match.group("m")
    if not written and not scale:
        return Decimal(1) if match.groupdict().get("token") else None
    number = Decimal(1)
    if written and written[0].isdigit():
        read = read_digits(written, comma_is_decimal=False, whole=True, scaled=False)
        if read is None:
            return None
        number = read
    return number.scaleb(_SCALES[scale] if scale else 0)

