"""Tests of shared programs, without a display."""
