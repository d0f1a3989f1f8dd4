"""Qt's palette made of tokens, so that every control of the Fusion style wears our colours.

The accent is ink: hues belong to people.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from app.ui.tokens import Tokens


def palette_of(tokens: Tokens) -> QPalette:
    """All roles, with hints for what is off."""
    role = QPalette.ColorRole
    palette = QPalette()
    for part, colour in (
        (role.Window, tokens.window),
        (role.WindowText, tokens.text),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.hover),
        (role.Text, tokens.text),
        (role.PlaceholderText, tokens.text_hint),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.danger),
        (role.ToolTipBase, tokens.ink),
        (role.ToolTipText, tokens.on_ink),
        (role.Highlight, tokens.ink),
        (role.HighlightedText, tokens.on_ink),
        (role.Accent, tokens.ink),
        (role.Link, tokens.text),
        (role.LinkVisited, tokens.text_soft),
        (role.Light, tokens.surface),
        (role.Midlight, tokens.hover),
        (role.Mid, tokens.edge_soft),
        (role.Dark, tokens.edge),
        (role.Shadow, tokens.line),
    ):
        palette.setColor(part, QColor(colour))
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(tokens.text_hint))
    return palette
