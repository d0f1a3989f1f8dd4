"""Delegates: how one row of a list is measured and painted, from its model and the theme alone."""
