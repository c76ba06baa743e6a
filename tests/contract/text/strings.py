"""Two hundred strings, sorted by what it takes to enter them."""

from __future__ import annotations

import string

TYPED = (
    *string.punctuation,
    string.ascii_lowercase,
    string.ascii_uppercase,
    string.digits,
    "Hello, World!",
    "\tindented\tagain\t",
    "  blanks around  ",
    "one\ntwo\n\nfour",
    "if (a[0] != '\\n') { b->c = \"d\"; }",
    "mailto:user@example.org?a=%20#b",
    "aaaaaaaa",
    "^V ${HOME} `id` !! \\x1b[2J",
)
"""Printable ASCII: every symbol by itself, then words, code and blanks."""

KEYED = ("Grüße", "naïve", "Да", "你好", "שלום", "e\u0301", "3 €", "½ kg", "ñandú")
"""Characters that a US keyboard lacks, as few different ones as an X server can map onto its free keys."""

LATIN = (
    "Où est l'été ?",
    "El niño comió piñas: ¡qué rápido!",
    "Þórr ÿ Ð",
    "¿Dónde está la «biblioteca»?",
    "æøå ÆØÅ",
    "äöüß ÄÖÜ",
    "×÷±µ¶§©®¤",
    "¼ ½ ¾ ¹ ² ³ ª º",
    "no\u00a0break",
    "soft\u00adhyphen",
    "".join(map(chr, range(0xA1, 0x100))),
    "naïve\tcafé\tFrançois",
    "Ça va?\n  Très bien.\n",
    "é",
    "0123456789 é",
)
"""Latin-1 with something beyond ASCII."""

_GREETINGS = """
大家好|您好！這是繁體中文。|こんにちは、世界|カタカナとｶﾀｶﾅ|안녕하세요 세계|Привет, мир!
Здравствуйте|Добрий день, Україно|Γειά σου Κόσμε|Καλημέρα|שלום עולם|مرحبا بالعالم|سلام دنیا
ہیلو دنیا|नमस्ते दुनिया|হ্যালো বিশ্ব|ਸਤ ਸ੍ਰੀ ਅਕਾਲ|નમસ્તે|வணக்கம் உலகம்|హలో|ನಮಸ್ಕಾರ|ഹലോ|ආයුබෝවන්
สวัสดีชาวโลก|ສະບາຍດີ|བཀྲ་ཤིས་བདེ་ལེགས།|မင်္ဂလာပါ|გამარჯობა|Բարեւ|ሰላም ልዑል|សួស្តី|Сайн уу|ᠮᠣᠩᠭᠣᠯ|ᏣᎳᎩ
ᐃᓄᒃᑎᑐᑦ|Xin chào thế giới|Đường phố|Zażółć gęślą jaźń|Příliš žluťoučký kůň|Árvíztűrő tükörfúrógép
İstanbul'da ığdır|Šumava|Reykjavík – þorn|Ħaġar Qim|Ċaw dinja|ʻŌlelo Hawaiʻi|Ɛyɛ|Ẹ n lẹ o|ǃXóõ
Ünïcödé ſtring
"""
_MARKED = (
    "e\u0301a\u0308n\u0303c\u0327",
    "Z\u0351\u036b\u0343a\u0300\u0301\u0302\u0303l\u0334\u0335g\u0321\u0322o\u0338",
    "q\u0307\u0323 and q\u0323\u0307",
    "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "a\u20dd\u20de",
    "ｆｕｌｌ　ｗｉｄｔｈ",
    "が and か\u3099",
    "ﷺ ﷽",
    "\u0915\u094d\u200d\u0937 \u0915\u094d\u200c\u0937",
)
_RIGHT_TO_LEFT = (
    "שלום world שלום",
    "abc \u202bאבג\u202c def",
    "\u2067مرحبا\u2069 123",
    "עִבְרִית עם ניקוד",
    "بِسْمِ ٱللَّهِ",
    "١٢٣ ۴۵۶",
    "(א) [ב] {ג}",
    "אבג\tדהו",
    "سطر أول\nسطر ثان",
    "a\u200eb\u200fc",
)
_EMOJI = (
    "🙂",
    "🙂🙃😀😁😂",
    "👩‍💻👨‍👩‍👧‍👦",
    "👍🏽👋🏿",
    "🇩🇪🇯🇵🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "1️⃣#️⃣*️⃣",
    "❤️ and ❤︎",
    "text 🎉 text 🎊 text",
    "🧑🏾‍❤️‍💋‍🧑🏻",
    "𝒳 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟘",
    "🀄🂡🃏",
    "⌚⏰☔♻️✅",
)
_SYMBOLS = (
    "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋",
    "∑ᵢ₌₁ⁿ aᵢ² ≤ ∞",
    "← ↑ → ↓ ↔ ⇒ ⟹",
    "┌─┬─┐│ ├─┼─┤ └─┴─┘",
    "█▓▒░ ▁▂▃▄▅▆▇",
    "“double” ‘single’ „low“ »angle«",
    "en – em — bar ― ellipsis …",
    "€ £ ¥ ₽ ₹ ₿ ₩",
    "№ ℃ ℉ ™ ℠ ℗",
    "½ ⅓ ¼ ⅛ ⅞",
    "①②③ ⅣⅨ ㊗㊙",
    "⠓⠑⠇⠇⠕",
    "♔♕♖♗♘♙ ♠♥♦♣",
    "☰☱☲ ䷀",
    "\u2003em\u2009thin\u3000wide",
    "zero\u200bwidth\u2060joiner\ufeff",
    "\ufffd \u2400 \ue000",
    "\U00020000 \U0002a6d6 𠮷野家",
    "ﬁ ﬂ ﬀ ŀ ǆ",
    "ª º ⁿ ₂",
    "‰ ‱ ′ ″ ‴",
    "µ μ Ω Ω Å Å",
)
_SHAPES = (
    "中" * 200,
    "中文和 English 混排，12345。",
    "列\t列\t列",
    "一\n二\n三",
    "  缩进\n    更多缩进",
    "日本語の長い文章。" * 40,
    "смешанный text 混合 نص",
    "𠜎𠜱𠝹𠱓",
    "é" * 300,
    "C:\\Пользователи\\файл.txt",
    "ls -l '/tmp/ä b/中文'",
    'print("héllo wörld")',
    "ключ=значение; κλειδί=τιμή",
    "用户@例子.公司",
    "<p>Ünïcode &amp; 标签</p>",
    "½ cup ≈ 118 ml",
    "Ünicode first, ASCII second",
    "ASCII first, Ünicode second",
    "中",
    "ё",
)
LINES = tuple(f"{number:02}\t{'行' * (number % 7 + 1)} – {'x' * number}" for number in range(12))
LONG = ("The quick brown fox — 敏捷的棕色狐狸 — быстрая лиса 🦊\n" * 250)[:9_999] + "。"
"""Ten thousand characters of several writings."""

ASCII = "".join(chr(0x20 + place % 95) for place in range(10_000))
"""Ten thousand characters of ASCII."""

ANY = (*_GREETINGS.replace("\n", "|").strip("|").split("|"), *_MARKED, *_RIGHT_TO_LEFT, *_EMOJI, *_SYMBOLS, *_SHAPES)
"""Everything else: some sixty languages, marks that combine, right to left, emoji, symbols, blanks, lines."""
