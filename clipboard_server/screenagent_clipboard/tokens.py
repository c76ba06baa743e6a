"""The secret that a caller must know: read from the environment, and refused when it protects nothing."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

VARIABLE = "CLIPBOARD_SERVER_SECRET_TOKEN"
MINIMUM_LENGTH = 8

_VNC_SIGNIFICANT = 8
_SHORTEST_PIECE = 3
_LOOSE_DIGITS = 4
_FEW = 4
_LOOK_ALIKE = str.maketrans("01l3457", "oiieast")
_SIGN_LOOK_ALIKE = str.maketrans("@$", "as")
_MOST_USED = (
    "a123456 a12345678 aa123456 access alexander amanda andrew angel anthony apple arsenal ashley austin babygirl bailey "
    "banana baseball basketball batman butterfly charlie cheese chelsea chocolate computer cookie daniel diamond donald "
    "dragon flower football freedom friend ginger google hannah harley hello hockey hunter hunter2 iloveu iloveyou jennifer "
    "jessica jordan joshua killer letmein liverpool login love lovely loveme maggie master matrix matthew michael michelle "
    "monkey mustang naruto nicole ninja orange passion pepper phoenix pokemon princess purple q123456 "
    "qq123456 ranger robert samsung shadow silver soccer spring starwars summer sunshine superman taylor thomas tigger "
    "trustno1 whatever william winter woaini yankees 102030 123456789a 12345678a 123456a 1314520 159357 159753 5201314"
)
_LEFT_IN = (
    "admin administrator agent anonymous bitnami browser browserless changeit changeme changethis clipboard clipboardserver "
    "clipboardserversecrettoken compose container custom debian default demo desktop docker dummy example firefox guest "
    "headless here insert internet jupyter kasm kasmvnc kasmweb linux localhost manager mine mypassword mysecret mytoken "
    "myvnc newpass none nopassword nothing novnc now ocrworker office openssh oracle pass passphrase passw passwd password "
    "passwort placeholder please postgres private pwd raspberry remote replace replaceme resolution root screen screenagent "
    "secret secretkey selenium server service set shared support system temp test tester testing this tigervnc tightvnc token "
    "toor turbovnc ubuntu user username vagrant viewer vnc vncadmin vncpass vncpasswd vncpassword vncserver webtop welcome "
    "worker x11vnc xfce xvnc your yourpassword"
)
_ROWS = [
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm"),
    "147258369",
    "!@#$%^&*()_+",
]
_KNOWN = frozenset(
    word[:end].translate(_LOOK_ALIKE) for word in f"{_MOST_USED} {_LEFT_IN}".split() for end in (None, _VNC_SIGNIFICANT)
)
_LONGEST = max(map(len, _KNOWN))
_NEIGHBOURS = "\n".join(_ROWS + [row[::-1] for row in _ROWS])


class TokenRefused(ValueError):
    """The token in the environment would let anybody in; the message says why."""


def from_environment(environment: Mapping[str, str]) -> str:
    """Return the token set in `environment`; raise TokenRefused with the reason when it is missing or well known."""
    token = environment.get(VARIABLE, "").strip()
    reason = weakness(token)
    if reason:
        raise TokenRefused(f"{VARIABLE} {reason}")
    return token


def matches(expected: str, given: object) -> bool:
    """Tell whether `given` is the token, in a time that does not depend on where they differ."""
    if not isinstance(given, str):
        return False
    return hmac.compare_digest(expected.encode(), given.encode(errors="surrogatepass"))


def weakness(token: str, minimum: int = MINIMUM_LENGTH) -> str:
    """Say why `token` protects nothing, as the rest of a sentence about it; empty when it does protect."""
    lower = token.lower()
    if not token:
        return "is empty"
    if token.startswith(("<", "${")) or token.endswith(">"):
        return "still holds a placeholder"
    if any(_is_guessed(spelling) for spelling in {lower, _plain(lower), _plain(lower.translate(_SIGN_LOOK_ALIKE))}):
        return "is one that anybody would try first"
    if len(token) < minimum:
        return f"is shorter than {minimum} characters"
    if len(set(token)) < _FEW or (token * 2).index(token, 1) <= _FEW:
        return "repeats the same few characters"
    return ""


def _plain(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _is_guessed(text: str) -> bool:
    """Whether it is well known: bare, with few digits before or behind, or two rows of neighbours in turns, as in 1q2w3e."""
    if len(text) >= 2 * _SHORTEST_PIECE and text[::2] in _NEIGHBOURS and text[1::2] in _NEIGHBOURS:
        return True
    cores = [text]
    for count in range(1, min(_LOOSE_DIGITS, len(text) - _SHORTEST_PIECE - 1) + 1):
        cores += [text[count:]] if text[:count].isdecimal() else []
        cores += [text[:-count]] if text[-count:].isdecimal() else []
    return any(_is_known(core) for core in cores)


def _is_known(text: str) -> bool:
    """Whether well-known words and rows of neighbours alone make it up."""
    folded = text.translate(_LOOK_ALIKE)
    ends = {0}
    for start in range(len(text)):
        if start in ends:
            for end in range(start + _SHORTEST_PIECE, min(start + _LONGEST, len(text)) + 1):
                if folded[start:end] in _KNOWN or text[start:end] in _NEIGHBOURS:
                    ends.add(end)
    return len(text) in ends
