"""Which data folder is meant when none is named. Finding it imports platformdirs, so only then."""

from __future__ import annotations

from pathlib import Path


def data_folder(named: Path | None) -> Path:
    """The folder named by --data, else the system's for this app."""
    if named is not None:
        return named.expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("talkstick", appauthor=False)
