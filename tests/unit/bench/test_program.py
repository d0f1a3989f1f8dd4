"""Each benchmark runs, very small, and gives the figures it is known for. No figure is judged."""

import json
import shutil
import sys

import pytest

from app.__main__ import main as talkstick
from app.bench import main
from app.bench.program import BENCHMARKS
from app.bench.share.screen import missing

HARM = (
    *(
        f"{name}.{what}"
        for name in ("move", "streams")
        for what in ("lost", "doubled", "reordered")
    ),
    *(f"failover.{what}" for what in ("lost", "moved", "doubled", "reordered", "differing")),
)

FIGURES = {
    "order": [
        f"order.{who}_ms_p{percent}.d{delay}"
        for delay in (0, 10, 50)
        for who in ("holder", "other", "author")
        for percent in (50, 95)
    ],
    "move": ["move.mean_ms", "move.p50_ms", "move.p99_ms", *HARM[:3]],
    "failover": [
        *(
            f"failover.{who}_s_p{percent}"
            for who in ("dispatcher", "leader", "both")
            for percent in (50, 95)
        ),
        "failover.move_gap_ms_p50",
        "failover.move_gap_ms_p95",
        "failover.move_wait_ms_p95",
        "failover.heal_s",
        *HARM[6:],
    ],
    "throughput": [
        "throughput.entries_per_s",
        "throughput.cpu_micros_per_entry",
        "throughput.cores_used",
    ],
    "streams": [
        *(f"streams.{kind}_move_mean_ms" for kind in ("builtin", "tcl")),
        *(f"streams.{harm}" for harm in ("lost", "doubled", "reordered")),
        *(
            f"streams.consumed_ms.k{every}.loss{percent}"
            for every in (1, 5, 10, 50, 100)
            for percent in (0, 10, 20, 30)
        ),
        *(
            f"chat.{policy}.{who}_ms"
            for policy in ("fixed", *(f"paper-{k}" for k in (200, 100, 50, 20, 10)), "adaptive")
            for who in ("talker", "lurker")
        ),
    ],
    "memory": ["memory.headless_mb", "memory.fresh_mb"],
    "start": ["start.site_ready_ms", "start.resumed_ready_ms"],
    "join": ["join.usable_s", "join.cpu_s"],
    "near": [
        "near.shown_ms",
        "near.gone_ms",
        "near.zeroconf.shown_ms",
        "near.zeroconf.gone_ms",
        "near.crash.shown_ms",
        "near.crash.gone_ms",
    ],
    "ui": [
        "ui.start_ms",
        "ui.start_in_session_ms",
        "ui.idle_cpu_percent",
        "ui.memory_mb",
        "ui.chat_ready_ms",
        "ui.chat_open_ms",
        "ui.chat_scroll_ms_p95",
        "ui.chat_scroll_ms_max",
        "ui.burst_tick_ms_p99",
        "ui.burst_tick_ms_max",
        "ui.end_ms",
        "ui.end_unanswered_ms",
        "ui.end_alone_ms",
    ],
    "share": [
        *(
            f"share.{figure}.{toolkit}{widgets}"
            for toolkit in ("tk", "qt")
            for figure, widgets in (
                ("start_alone_ms", ".w5"),
                ("attach_ms", ".w5"),
                ("start_alone_ms", ".w2000"),
                ("attach_ms", ".w2000"),
                ("attach_ms", ""),
            )
        ),
        *(
            f"share.key_ms_p{percent}.{who}.{toolkit}"
            for toolkit in ("tk", "qt")
            for who in ("holder", "other")
            for percent in (50, 95)
        ),
        *(f"share.key_ms_p95.{who}" for who in ("holder", "other")),
        *(f"share.{what}_bytes_per_minute" for what in ("idle", "typing", "dragging")),
        "share.bytes_per_minute",
        *(("share.pixel_bytes_per_minute", "share.bytes_ratio") if shutil.which("x11vnc") else ()),
        *(f"share.replay_events_per_s{toolkit}" for toolkit in (".tk", ".qt", "")),
        *(f"share.{what}" for what in ("divergences", "random_actions", "random_checks")),
    ],
    "board": [
        "board.stroke_to_paint_ms_p95",
        *(
            f"board.{figure}.{count}"
            for count in (2_000, 10_000)
            for figure in (
                "frame_ms_p50",
                "frame_ms_p95",
                *(
                    f"{part}_ms_{which}"
                    for part in ("pan", "zoom", "draw")
                    for which in ("p50", "p95", "max")
                ),
                "sharp_ms_max",
                "memory_mb",
            )
        ),
    ],
}


WHOLE = ("board", "failover", "share", "streams", "ui")
"""They start windows, or a dozen programs one after the other: half a minute each."""


def run(capsys, *arguments):
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_every_benchmark_is_tried_here():
    assert sorted(FIGURES) == sorted(BENCHMARKS)


@pytest.mark.slow
@pytest.mark.timeout(400)  # the window's starts a dozen programs; a busy machine takes its time
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.long) if name in WHOLE else name for name in FIGURES],
)
@pytest.mark.skipif(sys.platform == "win32", reason="memory is not measured there")
def test_a_benchmark_gives_its_figures_as_one_json_object(name, tmp_path, capsys, monkeypatch):
    if name == "share" and missing():
        pytest.skip(f"not installed: {missing()}")
    monkeypatch.setenv("DISPLAY", ":none")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    result = json.loads(run(capsys, name, "--quick", "--json", "--data", str(tmp_path)))
    assert list(result) == ["name", "figures", "machine"]
    assert result["name"] == name
    assert list(result["figures"]) == FIGURES[name]
    assert all(result["figures"][harm] == 0 for harm in HARM if harm in result["figures"])
    # A difference of two single runs may be anything.
    may_be_0 = (*HARM, "share.divergences", "share.attach_ms")
    assert all(
        value > 0 for figure, value in result["figures"].items() if not figure.startswith(may_be_0)
    )
    assert {"system", "processor", "cores", "display", "python", "disk_sync_ms_p50"} <= set(
        result["machine"]
    )
    assert not list(tmp_path.iterdir()), "journals of a measurement are removed"


@pytest.mark.slow
def test_without_json_it_is_a_table(tmp_path, capsys):
    text = run(capsys, "start", "--quick", "--runs", "2", "--data", str(tmp_path))
    assert [line.split()[0] for line in text.splitlines()[:2]] == FIGURES["start"]
    assert "cores: " in text


@pytest.mark.parametrize("arguments", [[], ["speed"], ["order", "--runs", "0"], ["order", "x"]])
def test_wrong_use_is_one_line_that_helps_and_code_2(arguments, capsys):
    assert talkstick(["bench", *arguments]) == 2
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    assert "talkstick bench --help" in text


def test_a_folder_that_cannot_be_made_is_one_line_and_code_1(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert talkstick(["bench", "order", "--data", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is a display always")
@pytest.mark.parametrize("name", ["ui", "board"])
def test_where_there_is_no_display_the_window_is_not_measured_and_that_is_said(
    name, tmp_path, capsys, monkeypatch
):
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    assert talkstick(["bench", name, "--data", str(tmp_path)]) == 1
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    assert "no display" in text
