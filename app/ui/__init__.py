"""The window: what a person sees of a site, and nothing that decides anything.

It knows `app.node.api` and `app.core` only; whatever it shows, it was told.
"""
