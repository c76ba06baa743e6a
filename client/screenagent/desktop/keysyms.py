"""The X keysyms that we send: names and characters with their values (X protocol, appendix A; the values are keysymdef.h's).

A character's keysym is its Latin-1 code, else a value of its own where X has one that all agree on (`LEGACY`), else 0x01000000 +
code point.
"""

from __future__ import annotations

_ASCII = """
space exclam quotedbl numbersign dollar percent ampersand apostrophe parenleft parenright asterisk plus comma minus period slash
0 1 2 3 4 5 6 7 8 9 colon semicolon less equal greater question
at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright asciicircum underscore
grave a b c d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde
"""

_LATIN_1 = """
nobreakspace exclamdown cent sterling currency yen brokenbar section diaeresis copyright ordfeminine guillemotleft notsign hyphen
registered macron degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior masculine
guillemotright onequarter onehalf threequarters questiondown
Agrave Aacute Acircumflex Atilde Adiaeresis Aring AE Ccedilla Egrave Eacute Ecircumflex Ediaeresis Igrave Iacute Icircumflex
Idiaeresis ETH Ntilde Ograve Oacute Ocircumflex Otilde Odiaeresis multiply Oslash Ugrave Uacute Ucircumflex Udiaeresis Yacute
THORN ssharp agrave aacute acircumflex atilde adiaeresis aring ae ccedilla egrave eacute ecircumflex ediaeresis igrave iacute
icircumflex idiaeresis eth ntilde ograve oacute ocircumflex otilde odiaeresis division oslash ugrave uacute ucircumflex udiaeresis
yacute thorn ydiaeresis
"""

_FUNCTION = {
    "BackSpace": 0xFF08, "Tab": 0xFF09, "Linefeed": 0xFF0A, "Clear": 0xFF0B, "Return": 0xFF0D, "Pause": 0xFF13,
    "Scroll_Lock": 0xFF14, "Sys_Req": 0xFF15, "Escape": 0xFF1B, "Delete": 0xFFFF, "Multi_key": 0xFF20,
    "Home": 0xFF50, "Left": 0xFF51, "Up": 0xFF52, "Right": 0xFF53, "Down": 0xFF54, "Prior": 0xFF55, "Page_Up": 0xFF55,
    "Next": 0xFF56, "Page_Down": 0xFF56, "End": 0xFF57, "Begin": 0xFF58,
    "Select": 0xFF60, "Print": 0xFF61, "Execute": 0xFF62, "Insert": 0xFF63, "Undo": 0xFF65, "Redo": 0xFF66, "Menu": 0xFF67,
    "Find": 0xFF68, "Cancel": 0xFF69, "Help": 0xFF6A, "Break": 0xFF6B, "Mode_switch": 0xFF7E, "Num_Lock": 0xFF7F,
    "Shift_L": 0xFFE1, "Shift_R": 0xFFE2, "Control_L": 0xFFE3, "Control_R": 0xFFE4, "Caps_Lock": 0xFFE5, "Shift_Lock": 0xFFE6,
    "Meta_L": 0xFFE7, "Meta_R": 0xFFE8, "Alt_L": 0xFFE9, "Alt_R": 0xFFEA, "Super_L": 0xFFEB, "Super_R": 0xFFEC,
    "Hyper_L": 0xFFED, "Hyper_R": 0xFFEE, "ISO_Level3_Shift": 0xFE03, "ISO_Left_Tab": 0xFE20,
}  # fmt: skip

_KEYPAD = {
    "KP_Space": 0xFF80, "KP_Tab": 0xFF89, "KP_Enter": 0xFF8D, "KP_F1": 0xFF91, "KP_F2": 0xFF92, "KP_F3": 0xFF93, "KP_F4": 0xFF94,
    "KP_Home": 0xFF95, "KP_Left": 0xFF96, "KP_Up": 0xFF97, "KP_Right": 0xFF98, "KP_Down": 0xFF99, "KP_Prior": 0xFF9A,
    "KP_Page_Up": 0xFF9A, "KP_Next": 0xFF9B, "KP_Page_Down": 0xFF9B, "KP_End": 0xFF9C, "KP_Begin": 0xFF9D, "KP_Insert": 0xFF9E,
    "KP_Delete": 0xFF9F, "KP_Multiply": 0xFFAA, "KP_Add": 0xFFAB, "KP_Separator": 0xFFAC, "KP_Subtract": 0xFFAD,
    "KP_Decimal": 0xFFAE, "KP_Divide": 0xFFAF, "KP_Equal": 0xFFBD, **{f"KP_{digit}": 0xFFB0 + digit for digit in range(10)},
}  # fmt: skip

NAMES: dict[str, int] = {
    **{name: 0x20 + at for at, name in enumerate(_ASCII.split())},
    **{name: 0xA0 + at for at, name in enumerate(_LATIN_1.split())},
    "EuroSign": 0x20AC,
    **_FUNCTION,
    **_KEYPAD,
    **{f"F{number}": 0xFFBE + number - 1 for number in range(1, 25)},
}
"""Keysym by its X name, without the ``XK_`` in front."""

_ROWS = (
    (0x01A1, "Ą˘Ł ĽŚ  ŠŞŤŹ ŽŻ ą˛ł ľśˇ šşťź˝žżŔ  Ă ĹĆ Č Ę Ě  ĎĐŃŇ  Ő  ŘŮ Ű  Ţ ŕ  ă ĺć č ę ě  ďđńň  ő  řů ű  ţ˙"),
    (0x02A1, "Ħ    Ĥ  İ ĞĴ    ħ    ĥ  ı ğĵ"),
    (0x02C5, "ĊĈ"),
    (0x02D5, "Ġ  Ĝ    ŬŜ"),
    (0x02E5, "ċĉ"),
    (0x02F5, "ġ  ĝ    ŭŝ"),
    (0x03A2, "ĸŖ ĨĻ   ĒĢŦ"),
    (0x03B3, "ŗ ĩļ   ēģŧŊ ŋĀ"),
    (0x03C7, "Į    Ė  Ī ŅŌĶ     Ų   ŨŪ ā"),
    (0x03E7, "į    ė  ī ņōķ     ų   ũū"),
    (0x04A1, "。  、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタ"),
    (0x04C1, "チツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜"),
    (0x06A1, "ђѓёєѕіїјљњћќґўџ№ЂЃЁЄЅІЇЈЉЊЋЌҐЎЏюабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ"),
    (0x07A1, "ΆΈΉΊΪ ΌΎΫ Ώ  ΅― άέήίϊΐόύϋΰώ     ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣ ΤΥΦΧΨΩ"),
    (0x07E1, "αβγδεζηθικλμνξοπρσςτυφχψω"),
    (0x08A4, "⌠⌡"),
    (0x08BC, "≤≠≥∫∴ ∞  ∇        ⇒"),
    (0x08D6, "√   ⊂⊃∩∪∧∨"),
    (0x08EF, "∂"),
    (0x08F6, "ƒ"),
    (0x08FB, "←↑→↓"),
    (0x09E2, "␉␌␍␊   ␋┘┐┌└┼  ─  ├┤┴┬│"),
    (0x0AA9, "—–   … ⅓⅔⅕⅖⅗⅘⅙⅚℅  ‒"),
    (0x0AC3, "⅛⅜⅝⅞  ™"),
    (0x0AD0, "‘’“”℞ ′″ ✝"),
    (0x0AEC, "♣♦♥ ✠†‡✓ ♯♭♂♀ ⌕℗‸‚„"),
    (0x0CDF, "‗אבגדהוזחטיךכלםמןנסעףפץצקרשת"),
    (0x13BC, "ŒœŸ"),
    (0x20AC, "€"),
)

_RUNS = (
    *((0x05AC, 0x060C, 1), (0x05BB, 0x061B, 1), (0x05BF, 0x061F, 1), (0x05C1, 0x0621, 26), (0x05E0, 0x0640, 19)),  # Arabic
    *((0x0AA1, 0x2003, 1), (0x0AA2, 0x2002, 1), (0x0AA3, 0x2004, 2), (0x0AA5, 0x2007, 4)),  # spaces
    *((0x0DA1, 0x0E01, 58), (0x0DDF, 0x0E3F, 15), (0x0DF0, 0x0E50, 10)),  # Thai
)
"""First keysym, first code point and how many follow each other in both."""

LEGACY: dict[str, int] = {
    **{character: first + at for first, row in _ROWS for at, character in enumerate(row) if character != " "},
    **{chr(code + at): first + at for first, code, count in _RUNS for at in range(count)},
}
"""Keysym of the characters beyond Latin-1 that X has a value of its own for; keyboard layouts have these on their keys.

Left out are the values that not all programs read alike: Xlib, GTK 3 or libxkbcommon take them for another character or for none.
These are Hangul, the parts of large brackets, APL's symbols, and ``‾ 「 」 ∝ ∼ ≃ ⇔ ≡ ◆ ▒ ␤ ⎺ ⎻ ⎼ ⎽ ‥ ‰ ✗ ☎``.
"""
