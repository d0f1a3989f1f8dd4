"""Suites that a fake and the real thing pass alike."""
