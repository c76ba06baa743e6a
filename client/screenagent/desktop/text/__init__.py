"""How text gets where the focus is: a ladder of ways, the first that can carry the text and works (`ladder`).

1. keysyms, for printable ASCII of moderate length (`typed`): every keyboard layout has those keys, or its server finds them;
2. the clipboard service and the paste chord (`lent`, `paste`);
3. the server's own clipboard and the paste chord: any text where the server takes UTF-8 (ExtendedClipboard), ASCII where it has
   shown that it has a clipboard at all;
4. keysyms for everything, Unicode ones (0x01000000 + code point) included, with an eye on the screen (`sight`): a server that has
   no key for a character leaves it out without a word.

What a clipboard held before is put back afterwards. Where a Reader exists, what a clipboard or rung 4 brought is read back
(`read_back`).
"""

from __future__ import annotations

from screenagent.desktop.text.ladder import TextEntry

__all__ = ["TextEntry"]
