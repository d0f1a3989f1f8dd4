import pytest

from app.bench.cluster import damage
from app.bench.figures import over_runs, percentile
from app.bench.messages import Report
from app.core.ids import EntryId, SiteId

ANN, BOB = SiteId("a" * 16), SiteId("b" * 16)


def entries(site, *numbers):
    return [EntryId(site, 1, number) for number in numbers]


def report(said, shown):
    return Report(tuple((each, 0.0) for each in said), tuple((each, 0.0) for each in shown))


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1.0), (1, 1.0), (50, 2.0), (51, 3.0), (95, 4.0), (100, 4.0)]
)
def test_a_percentile_is_one_of_the_samples(percent, expected):
    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == expected


def test_several_runs_give_the_median():
    assert over_runs([{"x_ms": 1.0}, {"x_ms": 9.0}, {"x_ms": 2.0}]) == {"x_ms": 2.0}


def test_harm_in_one_run_of_several_is_not_hidden():
    assert over_runs([{"move.lost": 0}, {"move.lost": 3}, {"move.lost": 0}]) == {"move.lost": 3}


def test_nothing_is_wrong_with_equal_logs_of_all_that_was_said():
    log = [*entries(ANN, 1), *entries(BOB, 1), *entries(ANN, 2)]
    assert damage([report(entries(ANN, 1, 2), log), report(entries(BOB, 1), log)]) == (0, 0, 0)


def test_a_line_that_one_log_lacks_is_lost():
    said = entries(ANN, 1, 2)
    assert damage([report(said, said), report([], entries(ANN, 1))]) == (1, 0, 0)


def test_a_line_that_stands_twice_is_doubled():
    assert damage([report(entries(ANN, 1), entries(ANN, 1) * 2)]) == (0, 1, 0)


def test_a_line_before_an_earlier_one_of_its_author_is_reordered():
    assert damage([report(entries(ANN, 1, 2), entries(ANN, 2, 1))]) == (0, 0, 1)


def test_authors_may_come_in_any_order():
    said = [*entries(ANN, 1), *entries(BOB, 1)]
    logs = [report(said, said), report([], said[::-1])]
    assert damage(logs) == (0, 0, 0)
