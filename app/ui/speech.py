"""Says a sentence by the screen reader, where one listens."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent


def speak(speaker: QObject, text: str, *, urgent: bool = False) -> None:
    """`urgent` interrupts, the rest waits for the end of a sentence. Qt has it from 6.8 on."""
    if not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(speaker, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
