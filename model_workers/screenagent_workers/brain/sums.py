"""Sums in signs or words: found in a sentence, written as keys for a calculator, and worked out exactly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction

_UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_ZH_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_NUMBER = r"-?\d+(?:\.\d+)?"
_TOKEN = re.compile(r"\d+(?:\.\d+)?|\*\*|[-+*/()^%]")
_MAX_LENGTH = 200

# Longest first: "divided by" before "by", "to the power of" before "of".
_WORD_SIGNS = [
    ("to the power of", "^"), ("raised to", "^"), ("multiplied by", "*"), ("divided by", "/"), ("squared", "^2"),
    ("cubed", "^3"), ("times", "*"), ("plus", "+"), ("minus", "-"), ("over", "/"),
    ("的平方", "^2"), ("的立方", "^3"), ("乘以", "*"), ("乘上", "*"), ("除以", "/"), ("加上", "+"), ("减去", "-"), ("的和", ""),
    ("乘", "*"), ("加", "+"), ("减", "-"),
]  # fmt: skip
_VERB_SUMS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"(?:the )?(?:sum|total) of ({_NUMBER})(?:,| and|,? and) ({_NUMBER})"), "{0}+{1}"),
    (re.compile(rf"(?:the )?product of ({_NUMBER}) and ({_NUMBER})"), "{0}*{1}"),
    (re.compile(rf"(?:the )?difference (?:of|between) ({_NUMBER}) and ({_NUMBER})"), "{0}-{1}"),
    (re.compile(rf"(?:the )?quotient of ({_NUMBER}) and ({_NUMBER})"), "{0}/{1}"),
    (re.compile(rf"add ({_NUMBER}) (?:and|to|plus) ({_NUMBER})"), "{0}+{1}"),
    (re.compile(rf"subtract ({_NUMBER}) from ({_NUMBER})"), "{1}-{0}"),
    (re.compile(rf"multiply ({_NUMBER}) (?:by|and|with) ({_NUMBER})"), "{0}*{1}"),
    (re.compile(rf"divide ({_NUMBER}) by ({_NUMBER})"), "{0}/{1}"),
    (re.compile(rf"({_NUMBER}) ?(?:%|percent) of ({_NUMBER})"), "{1}*{0}/100"),
    (re.compile(rf"({_NUMBER})(?:和|与)({_NUMBER})的?(?:之)?和"), "{0}+{1}"),
    (re.compile(rf"({_NUMBER})(?:和|与)({_NUMBER})的?(?:之)?积"), "{0}*{1}"),
    (re.compile(rf"({_NUMBER})(?:和|与)({_NUMBER})的?(?:之)?差"), "{0}-{1}"),
    (re.compile(rf"half of ({_NUMBER})"), "{0}/2"),
    (re.compile(rf"(?:twice|double) ({_NUMBER})"), "{0}*2"),
]
_LEAD = re.compile(r"^(?:the )?(?:result|value|sum|answer|following)?(?: of|:)?\s*")
_TAIL = re.compile(r"(?:\s*(?:=|equals?|is|等于)\s*(?:\?|what|多少|几)?|是多少|的?(?:结果|值)|\?|\.)+$")


def expression(words: str) -> str:
    """The sum that `words` names, in the signs of a calculator (`"12 times 7"` is `12*7`), or "" when there is none."""
    if len(words) > _MAX_LENGTH:
        return ""
    text = unicodedata.normalize("NFKC", words).casefold().strip()
    text = text.replace("×", "*").replace("÷", "/").replace("·", "*").replace("−", "-").replace("–", "-")
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = _numbers_from_words(text)
    text = re.sub(r"^(?:what|how much)(?:'s| is| are)? ", "", _TAIL.sub("", text))
    for pattern, form in _VERB_SUMS:
        text = pattern.sub(_form_of(form), text)
    chain = re.fullmatch(rf"(?:the )?(?:sum|total) of ({_NUMBER}(?:(?:, | and |, and ){_NUMBER})+)", text)
    if chain:
        text = "+".join(re.findall(_NUMBER, chain[1]))
    for word, sign in _WORD_SIGNS:
        text = text.replace(word, sign)
    text = re.sub(r"(?<=[\d)]) ?x ?(?=[\d(])", "*", text)
    text = _LEAD.sub("", text)
    signs = re.sub(r"\s+", "", text).replace("**", "^")
    if signs.startswith("(") and signs.endswith(")") and signs.count("(") == 1:
        signs = signs[1:-1]
    if not re.fullmatch(r"[-+*/()^%\d.]+", signs) or not re.search(r"\d[-+*/^%)]", signs):
        return ""
    return signs if value(signs) is not None else ""


def _form_of(form: str) -> Callable[[re.Match[str]], str]:
    return lambda found: "(" + form.format(*found.groups()) + ")"


def value(signs: str) -> Fraction | None:
    """The exact value of an expression of + - * / ^ and brackets; None when it is none, or too large to be meant."""
    if len(signs) > _MAX_LENGTH or _TOKEN.sub("", signs).strip():
        return None
    tokens = _TOKEN.findall(signs)
    reader = _Reader(tokens)
    try:
        result = reader.sum(0)
    except (IndexError, ValueError, ZeroDivisionError):
        return None
    return result if reader.at == len(tokens) else None


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def sum(self, depth: int) -> Fraction:
        total = self.product(depth)
        while self.peek() in ("+", "-"):
            sign = self.take()
            term = self.product(depth)
            total = total + term if sign == "+" else total - term
        return total

    def product(self, depth: int) -> Fraction:
        total = self.power(depth)
        while self.peek() in ("*", "/", "%"):
            sign = self.take()
            factor = self.power(depth)
            total = total * factor if sign == "*" else total / factor if sign == "/" else total % factor
        return total

    def power(self, depth: int) -> Fraction:
        base = self.atom(depth)
        if self.peek() not in ("^", "**"):
            return base
        self.take()
        exponent = self.atom(depth)
        if exponent.denominator != 1 or abs(exponent) > 64 or abs(base) > 10**9:
            raise ValueError("power out of reach")
        return Fraction(base ** int(exponent))

    def atom(self, depth: int) -> Fraction:
        if depth > 20:
            raise ValueError("brackets too deep")
        token = self.take()
        if token == "-":
            return -self.atom(depth + 1)
        if token == "(":
            inner = self.sum(depth + 1)
            if self.take() != ")":
                raise ValueError("bracket left open")
            return inner
        return Fraction(token)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]


def shown(result: Fraction, digits: int = 10) -> str:
    """The value as a calculator's display would begin: `84`, `2.5`, `3.333333333`."""
    if result.denominator == 1:
        return str(result.numerator)
    return f"{float(result):.{digits}g}"


def _numbers_from_words(text: str) -> str:
    text = re.sub(r"[零〇一二三四五六七八九十百千万两]+", _zh_number, text)
    words = re.split(r"(\s+|-(?=[a-z]))", text)
    out: list[str] = []
    total = current = 0
    inside = False
    for word in words:
        known = word in _UNITS or word in _TENS or word in _SCALES
        if known:
            if word in _UNITS:
                current += _UNITS.index(word)
            elif word in _TENS:
                current += _TENS[word]
            elif word == "hundred":
                current = max(current, 1) * 100
            else:
                total, current = total + max(current, 1) * _SCALES[word], 0
            inside = True
        elif inside and (not word.strip() or word == "-"):
            continue
        else:
            if inside:
                out.append(f"{total + current} ")
                total = current = 0
                inside = False
            out.append(word)
    if inside:
        out.append(str(total + current))
    return "".join(out)


def _zh_number(found: re.Match[str]) -> str:
    total = section = digit = 0
    for char in found[0]:
        if char in _ZH_DIGITS:
            digit = _ZH_DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * _ZH_UNITS[char], 0
    return str(total + section + digit)
