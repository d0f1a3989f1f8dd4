"""Talkstick: a group chats and draws in one total order whose dispatcher moves to whoever talks."""

__version__ = "0.1.0"
