"""A language whose texts are all 40 % longer, to see that every layout has room for translations."""

from __future__ import annotations

import gettext
import math
import re

from app.ui.wording import placeholders

_LETTERS = "aeiou"


def stretched(text: str) -> str:
    """`text` with at least 40 % more letters; its placeholders stay whole."""
    wanted = math.ceil(len(re.sub(r"\{\w+\}", "", text)) * 0.4)
    if not re.search(r"[^\W\d_]", re.sub(r"\{\w+\}", "", text)):
        return text
    tail = "".join(_LETTERS[index % 5] + (" " if index % 7 == 6 else "") for index in range(wanted))
    longer = f"{text}{tail}".rstrip()
    assert placeholders(longer) == placeholders(text)
    return longer


class StretchedTranslations(gettext.NullTranslations):
    """Give it to `use_language`."""

    def gettext(self, message: str) -> str:
        return stretched(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return stretched(super().ngettext(msgid1, msgid2, n))
