"""Specification of the dispatcher's rooms."""
