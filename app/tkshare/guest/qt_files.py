"""File dialogs as an ordered result.

Other machines have other files, so a dialog's clicks mean nothing elsewhere. The person whose event
opened it chooses in a dialog of the app; every copy, theirs too, waits here for the result that the
order brings, and gets the path of the content in its own folder of the share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.tkshare.guest.qt_binding import Binding

LINE_CHARACTERS = 200


def argument(arguments: tuple[Any, ...], options: dict[str, Any], place: int, name: str) -> Any:
    """An argument of a Qt function that may come by place or by name."""
    return arguments[place] if len(arguments) > place else options.get(name)


class FileDialogs:
    """`ask(how, title, filter)` tells the app; `answered` is called when the order answers."""

    def __init__(self, binding: Binding, ask: Callable[[str, str, str], bool]) -> None:
        self._binding = binding
        self._ask = ask
        self._loop: Any = None
        self._result: tuple[list[str], str] | None = None
        if binding.widgets is not None:
            self._replace()

    @property
    def waiting(self) -> bool:
        """Whether the program waits for a file: input means nothing meanwhile."""
        return self._loop is not None

    def answered(self, paths: list[str], kind: str) -> None:
        """The order's answer; no path means cancelled. Nobody waiting: nothing."""
        if self._loop is not None:
            self._result = (paths, kind)
            self._loop.quit()

    def _choose(self, how: str, title: Any, kind: Any) -> tuple[list[str], str]:
        if self._loop is not None:
            return [], ""
        if not self._ask(
            how, str(title or "")[:LINE_CHARACTERS], str(kind or "")[:LINE_CHARACTERS]
        ):
            return [], ""
        self._result = None
        self._loop = self._binding.core.QEventLoop()
        try:
            while self._result is None:
                if self._loop.exec() and self._result is None:
                    break
        finally:
            self._loop = None
        return self._result or ([], "")

    def _replace(self) -> None:
        dialog = self._binding.widgets.QFileDialog
        url = self._binding.core.QUrl

        def one(how: str) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                paths, kind = self._choose(
                    how,
                    argument(arguments, options, 1, "caption"),
                    argument(arguments, options, 3, "filter"),
                )
                return (paths[0] if paths else "", kind)

            return call

        def several(*arguments: Any, **options: Any) -> Any:
            return self._choose(
                "open",
                argument(arguments, options, 1, "caption"),
                argument(arguments, options, 3, "filter"),
            )

        def folder(*arguments: Any, **options: Any) -> str:
            paths, _kind = self._choose("folder", argument(arguments, options, 1, "caption"), "")
            return paths[0] if paths else ""

        def one_url(how: str) -> Callable[..., Any]:
            plain = one(how)

            def call(*arguments: Any, **options: Any) -> Any:
                path, kind = plain(*arguments, **options)
                return (url.fromLocalFile(path) if path else url(), kind)

            return call

        for name, function in (
            ("getOpenFileName", one("open")),
            ("getSaveFileName", one("save")),
            ("getOpenFileNames", several),
            ("getExistingDirectory", folder),
            ("getOpenFileUrl", one_url("open")),
            ("getSaveFileUrl", one_url("save")),
        ):
            setattr(dialog, name, staticmethod(function))
        self._replace_instances(dialog)

    def _replace_instances(self, dialog: Any) -> None:
        chosen = "_talkstick_chosen"
        selected_files, selected_filter = dialog.selectedFiles, dialog.selectedNameFilter

        def how(self_: Any) -> str:
            mode, accept = self_.fileMode(), self_.acceptMode()
            if accept == dialog.AcceptMode.AcceptSave:
                return "save"
            return "folder" if mode == dialog.FileMode.Directory else "open"

        def run(self_: Any) -> int:
            paths, kind = self._choose(
                how(self_), self_.windowTitle(), ";;".join(self_.nameFilters())
            )
            setattr(self_, chosen, (paths, kind))
            if paths:
                self_.fileSelected.emit(paths[0])
                self_.filesSelected.emit(paths)
                self_.accepted.emit()
            else:
                self_.rejected.emit()
            self_.finished.emit(int(bool(paths)))
            return int(bool(paths))

        def files(self_: Any) -> Any:
            found = getattr(self_, chosen, None)
            return found[0] if found is not None else selected_files(self_)

        def kind_of(self_: Any) -> Any:
            found = getattr(self_, chosen, None)
            return found[1] if found is not None else selected_filter(self_)

        def opened(self_: Any, *slots: Any) -> None:
            if slots:
                self_.fileSelected.connect(slots[-1])
            self._binding.timer.singleShot(0, lambda: run(self_))

        dialog.exec, dialog.open = run, opened
        dialog.selectedFiles, dialog.selectedNameFilter = files, kind_of
