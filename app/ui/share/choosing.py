"""Asks the person for the files that a shared program wants, and answers for it.

The dialog is this window's, not the program's: what is chosen goes through the order. Never waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget

from app.node.api import AnswerFile, ChosenFile, ShareFileWanted
from app.ui.share.model import ShareModel
from app.ui.share.pane import Ask
from app.ui.share.programs import Programs
from app.ui.strings import ShareNews

_PATTERNS = re.compile(r"\*[\w.*?-]*")
_TITLES = {
    "open": ShareNews.OPEN_TITLE,
    "save": ShareNews.SAVE_TITLE,
    "folder": ShareNews.FOLDER_TITLE,
}


class FileChooser:
    """One dialog for each share at most; `come` brings the window of this program to the front."""

    def __init__(
        self,
        window: QWidget,
        model: ShareModel,
        programs: Programs,
        ask: Ask,
        come: Callable[[], None],
    ) -> None:
        self._window = window
        self._model = model
        self._programs = programs
        self._ask = ask
        self._come = come
        self.dialogs: dict[str, QFileDialog] = {}
        model.file_wanted.connect(self._open)
        model.changed.connect(self._look)
        model.gone.connect(self._drop)

    def _open(self, wanted: ShareFileWanted) -> None:
        self._drop(wanted.id)
        title = _TITLES[wanted.how](program=self._model.title(wanted.id))
        dialog = QFileDialog(self._window, title)
        if wanted.how == "save":
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        elif wanted.how == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        filters = [each for each in wanted.filter.split(";;") if _PATTERNS.search(each)]
        if filters:
            dialog.setNameFilters(filters)
        dialog.accepted.connect(lambda: self._chosen(wanted, dialog))
        dialog.rejected.connect(lambda: self._answer(wanted.id, (), ""))
        dialog.finished.connect(lambda _result: self._forget(wanted.id, dialog))
        self.dialogs[wanted.id] = dialog
        dialog.open()
        self._come()

    def _chosen(self, wanted: ShareFileWanted, dialog: QFileDialog) -> None:
        share, chosen = wanted.id, dialog.selectedNameFilter()

        def then(kept: tuple[ChosenFile, ...] | str) -> None:
            if isinstance(kept, str):
                text = ShareNews.FILE_REFUSED(program=self._model.title(share), reason=kept)
                self._model.refuse(share, text)
                self._answer(share, (), "")
            else:
                self._answer(share, kept, chosen)

        self._programs.keep_files(wanted.how, tuple(dialog.selectedFiles()), then)

    def _answer(self, share: str, files: tuple[ChosenFile, ...], chosen: str) -> None:
        self._ask(lambda token: AnswerFile(token, share, files, chosen), None)

    def _look(self, share: str) -> None:
        """A copy that is gone waits for nothing."""
        shown = self._model.share(share)
        if shown is not None and shown.copy != "current":
            self._drop(share)

    def _drop(self, share: str) -> None:
        dialog = self.dialogs.pop(share, None)
        if dialog is not None:
            dialog.blockSignals(True)
            dialog.close()
            dialog.deleteLater()

    def _forget(self, share: str, dialog: QFileDialog) -> None:
        if self.dialogs.get(share) is dialog:
            del self.dialogs[share]
        dialog.deleteLater()

    def end(self) -> None:
        """The session is over."""
        for share in list(self.dialogs):
            self._drop(share)
