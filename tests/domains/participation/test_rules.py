"""Pure rules by worked vectors with their sources."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leineweber.domains.participation.rules import phases, ranking, weighting
from leineweber.domains.participation.rules.phases import Span
from leineweber.domains.participation.rules.ranking import Candidate, Measure

D = Decimal


def key(number: int) -> UUID:
    return UUID(int=number)


# Phases

SPANS = [
    Span("collect", date(2026, 1, 5), date(2026, 2, 2)),
    Span("comment", date(2026, 2, 2), date(2026, 2, 16)),
    Span("rate", date(2026, 2, 20), date(2026, 3, 6)),
    Span("decide", date(2026, 3, 9), date(2026, 3, 23)),
]


@pytest.mark.parametrize(
    ("day", "stage", "deeds"),
    [
        (date(2026, 1, 4), "before", set()),
        (date(2026, 1, 5), "collect", {"propose", "withdraw"}),
        (date(2026, 2, 1), "collect", {"propose", "withdraw"}),
        (date(2026, 2, 2), "comment", {"comment", "withdraw"}),
        (date(2026, 2, 15), "comment", {"comment", "withdraw"}),
        (date(2026, 2, 16), "between", set()),
        (date(2026, 2, 20), "rate", {"rate"}),
        (date(2026, 3, 5), "rate", {"rate"}),
        (date(2026, 3, 6), "between", set()),
        (date(2026, 3, 9), "decide", {"decide"}),
        (date(2026, 3, 22), "decide", {"decide"}),
        (date(2026, 3, 23), "after", set()),
    ],
)
def test_what_may_be_done_is_a_property_of_the_phase(day: date, stage: str, deeds: set[str]) -> None:
    assert phases.stage_on(SPANS, day) == stage
    everything: tuple[phases.Deed, ...] = ("propose", "withdraw", "comment", "rate", "decide")
    assert {deed for deed in everything if phases.may(SPANS, deed, day)} == deeds


def test_a_refusal_says_when_it_is_possible() -> None:
    assert phases.refusal(SPANS, "withdraw", date(2026, 3, 1)) == (
        "Zurückziehen ist in dieser Runde nur vom 05.01.2026 bis 01.02.2026 und vom 02.02.2026 bis 15.02.2026 möglich. "
        "Heute ist der 01.03.2026."
    )


def test_phases_follow_each_other() -> None:
    assert phases.check_order(SPANS) == {}
    assert phases.check_order([]) == {
        kind: f"Geben Sie den Zeitraum der Phase „{phases.LABELS[kind]}“ an." for kind in phases.ORDER
    }
    overlapping = [SPANS[0], Span("comment", date(2026, 2, 1), date(2026, 2, 16)), *SPANS[2:]]
    assert phases.check_order(overlapping) == {
        "comment": "„Kommentieren“ beginnt, bevor „Vorschlagen“ endet."
    }
    empty = [SPANS[0], Span("comment", date(2026, 2, 3), date(2026, 2, 3)), *SPANS[2:]]
    assert phases.check_order(empty) == {"comment": "„Kommentieren“ endet vor dem Beginn."}


def moved(kind: str, start: date | None = None, end: date | None = None) -> list[Span]:
    return [
        Span(span.kind, start or span.start, end or span.end) if span.kind == kind else span for span in SPANS
    ]


@pytest.mark.parametrize(
    ("wanted", "today", "wrong"),
    [
        (moved("rate", end=date(2026, 3, 7)), date(2026, 2, 25), None),
        (moved("rate", end=date(2026, 2, 26)), date(2026, 2, 25), None),
        (moved("rate", end=date(2026, 2, 25)), date(2026, 2, 25), "frühestens heute"),
        (moved("rate", start=date(2026, 2, 21)), date(2026, 2, 25), "bleibt der 20.02.2026"),
        # The scores are known: rating cannot be opened again.
        (moved("rate", end=date(2026, 3, 8)), date(2026, 3, 6), "ist vorbei"),
        (moved("decide", start=date(2026, 3, 7)), date(2026, 3, 7), None),
        (moved("decide", start=date(2026, 3, 6)), date(2026, 3, 7), "Vergangenheit"),
        (SPANS[:1], date(2026, 3, 7), None),
    ],
)
def test_a_published_round_moves_only_forward(wanted: list[Span], today: date, wrong: str | None) -> None:
    found = phases.check_move(SPANS, wanted, today)
    assert (wrong is None and found == {}) or (wrong is not None and wrong in next(iter(found.values())))


# Weights


def from_text(rows: list[list[str]]) -> weighting.Matrix:
    return tuple(tuple(Fraction(entry) for entry in row) for row in rows)


def test_weights_of_the_worked_matrix() -> None:
    """The vector of the issue, computed by Saaty's eigenvector method (The Analytic Hierarchy Process, 1980)."""
    found = weighting.pairwise(from_text([["1", "3", "5"], ["1/3", "1", "3"], ["1/5", "1/3", "1"]]))
    assert [round(weight, 3) for weight in found.weights] == [D("0.637"), D("0.258"), D("0.105")]
    assert round(found.ratio, 3) == D("0.033")
    assert found.eigenvalue == D("3.0385")
    assert found.consistent


def test_consistent_judgements_give_their_ratios_and_no_inconsistency() -> None:
    found = weighting.pairwise(from_text([["1", "2", "6"], ["1/2", "1", "3"], ["1/6", "1/3", "1"]]))
    assert found.weights == (D("0.600000"), D("0.300000"), D("0.100000"))
    assert found.ratio == 0
    assert weighting.pairwise(from_text([["1"]])).weights == (D(1),)
    pair = weighting.pairwise(from_text([["1", "4"], ["1/4", "1"]]))
    assert pair.weights == (D("0.8"), D("0.2")) and pair.ratio == 0


def test_a_circle_is_inconsistent_and_its_worst_pair_is_named() -> None:
    """A before B, B before C, C before A: λmax = 1 + 9 + 1/9 by the determinant; CI = 3.5556, CR = 6.13."""
    circle = from_text([["1", "9", "1/9"], ["1/9", "1", "9"], ["9", "1/9", "1"]])
    found = weighting.pairwise(circle)
    assert found.eigenvalue == D("10.1111")
    assert found.ratio == D("6.1303")
    assert not found.consistent
    doubtful = from_text(
        [["1", "2", "4", "9"], ["1/2", "1", "2", "1/9"], ["1/4", "1/2", "1", "2"], ["1/9", "9", "1/2", "1"]]
    )
    assert weighting.least_consistent(doubtful, weighting.pairwise(doubtful).weights) == (1, 3)
    fine = from_text([["1", "4"], ["1/4", "1"]])
    assert weighting.least_consistent(fine, weighting.pairwise(fine).weights) is None


@pytest.mark.parametrize("text", ["0", "10", "1/10", "2/3", "x", "", "1/0", "-3", "1.5"])
def test_only_judgements_of_the_scale(text: str) -> None:
    with pytest.raises(ValueError, match="kein Urteil der Skala"):
        weighting.judgement(text)


def test_no_matrix_that_is_none() -> None:
    with pytest.raises(ValueError, match="1 bis 10"):
        weighting.matrix(11, {})
    with pytest.raises(ValueError, match="square"):
        weighting.pairwise(from_text([["1", "2"]]))
    with pytest.raises(ValueError, match="reciprocal"):
        weighting.pairwise(from_text([["1", "2"], ["2", "1"]]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(weighting.SCALE), min_size=10, max_size=10))
def test_weights_are_shares_whatever_was_judged(judged: list[Fraction]) -> None:
    pairs = [(row, column) for row in range(5) for column in range(row + 1, 5)]
    found = weighting.pairwise(weighting.matrix(5, dict(zip(pairs, judged, strict=True))))
    assert sum(found.weights) == 1
    assert all(0 < weight < 1 for weight in found.weights)
    assert found.ratio >= 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(min_value="0.01", max_value="1000", places=2), min_size=1, max_size=10))
def test_entered_points_become_shares(points: list[Decimal]) -> None:
    found = weighting.shares(points)
    assert sum(found) == 1
    exact = [point / sum(points) for point in points]
    assert all(abs(share - wanted) < D("0.00002") for share, wanted in zip(found, exact, strict=True))


@pytest.mark.parametrize("points", [[], [D(0)], [D(1), D(-1)]])
def test_no_share_without_points(points: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="größer als null"):
        weighting.shares(points)


# Spread and ranking


def test_spread_of_a_sample() -> None:
    """1, 2, 2, 4, 5: quartiles of type 7 (Hyndman and Fan 1996) 2 and 4; s² = 10.8 / 4."""
    found = ranking.spread([D(4), D(2), D(5), D(1), D(2)])
    assert found is not None
    assert (found.count, found.minimum, found.lower, found.median) == (5, 1, 2, 2)
    assert (found.upper, found.maximum, found.mean, found.deviation) == (4, 5, D("2.8"), D("1.6432"))
    alone = ranking.spread([D(3)])
    assert alone is not None and (alone.lower, alone.upper, alone.deviation) == (3, 3, None)
    assert ranking.spread([]) is None
    # Interpolated between the second and the third of four: 1.75 and 3.25.
    four = ranking.spread([D(1), D(2), D(3), D(4)])
    assert four is not None and (four.lower, four.median, four.upper) == (D("1.75"), D("2.5"), D("3.25"))


BENEFIT, EFFORT = key(1), key(2)
MEASURES = [Measure(BENEFIT, D("0.6"), "benefit"), Measure(EFFORT, D("0.4"), "effort")]


def candidate(number: int, benefit: str | None, effort: str | None) -> Candidate:
    means = {BENEFIT: benefit, EFFORT: effort}
    return Candidate(key(100 + number), number, {name: D(mean) for name, mean in means.items() if mean})


def test_the_value_is_the_weighted_sum_and_effort_counts_against() -> None:
    placed = ranking.rank(
        [candidate(1, "3", "3"), candidate(2, "5", "1"), candidate(3, "5", "5"), candidate(4, "3", None)],
        MEASURES,
    )
    assert [(one.number, one.rank, one.value) for one in placed] == [
        (2, 1, D(100)),
        (3, 2, D(60)),
        (1, 3, D(50)),
        (4, None, None),
    ]
    assert (placed[0].benefit, placed[0].effort) == (5, 1)
    assert (placed[3].benefit, placed[3].effort) == (3, None)


def test_equals_share_a_rank() -> None:
    placed = ranking.rank(
        [candidate(n, b, "2") for n, b in ((3, "4"), (1, "4"), (2, "5"), (4, "1"))], MEASURES
    )
    assert [(one.number, one.rank) for one in placed] == [(2, 1), (1, 2), (3, 2), (4, 4)]


def test_the_pareto_front() -> None:
    placed = ranking.rank(
        [
            candidate(1, "2", "1"),  # cheapest
            candidate(2, "4", "2"),
            candidate(3, "4", "2"),  # the same point: none beats the other
            candidate(4, "3", "2"),  # beaten by 2
            candidate(5, "4", "3"),  # beaten by 2 at less effort
            candidate(6, "5", "4"),
            candidate(7, None, "1"),
        ],
        MEASURES,
    )
    front = ranking.efficient(placed)
    assert {one.number for one in placed if one.id in front} == {1, 2, 3, 6}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=12))
def test_the_front_is_what_nobody_beats(points: list[tuple[int, int]]) -> None:
    """Against the definition, tried on every pair."""
    candidates = [candidate(n, str(b), str(e)) for n, (b, e) in enumerate(points)]
    front = ranking.efficient(ranking.rank(candidates, MEASURES))
    for number, (benefit, effort) in enumerate(points):
        beaten = any(
            other_benefit >= benefit
            and other_effort <= effort
            and (other_benefit, other_effort) != (benefit, effort)
            for other_benefit, other_effort in points
        )
        assert (candidates[number].id in front) is not beaten


def test_sensitivity_is_the_same_each_time_and_tells_of_reversals() -> None:
    # 1 leads by benefit, 2 by little effort: 62.5 and 61; a fifth of the weights turns them.
    close = [candidate(1, "4.5", "4.0"), candidate(2, "3.4", "2.5"), candidate(3, "1", "5")]
    placed = ranking.rank(close, MEASURES)
    assert [(one.number, one.value) for one in placed] == [(1, D("62.5000")), (2, D("61.0000")), (3, D(0))]
    first, again = (ranking.sensitivity(close, MEASURES) for _ in range(2))
    assert first == again
    assert first.draws == 1000
    (reversal,) = first.reversals
    assert (reversal.first, reversal.second) == (key(101), key(102))
    assert D("0.05") < reversal.share < D("0.6")
    assert first.leader_share == 1 - reversal.share
    stability = first.by_candidate
    assert (stability[key(101)].best, stability[key(101)].worst) == (1, 2)
    assert (stability[key(103)].best, stability[key(103)].worst, stability[key(103)].stable) == (3, 3, 1)
    turning = {(shift.criterion, shift.factor): shift.turned for shift in first.shifts}
    pair = ((key(101), key(102)),)
    # By hand: benefit 0.48 of 0.88 gives 57.95 against 61.36 … and 0.72 of 1.12 gives 65.18 against 60.54.
    assert turning == {
        (BENEFIT, D("1.20")): (),
        (BENEFIT, D("0.80")): pair,
        (EFFORT, D("1.20")): pair,
        (EFFORT, D("0.80")): (),
    }


def test_what_dominates_never_turns() -> None:
    found = ranking.sensitivity([candidate(1, "5", "1"), candidate(2, "4", "2")], MEASURES, draws=200)
    assert found.reversals == () and found.leader_share == 1
    assert all(shift.turned == () for shift in found.shifts)


def test_equals_are_no_reversal_and_nothing_is_no_error() -> None:
    same = ranking.sensitivity([candidate(1, "3", "3"), candidate(2, "3", "3")], MEASURES, draws=50)
    assert same.reversals == ()
    assert {one.worst for one in same.by_candidate.values()} == {1}
    nothing = ranking.sensitivity([], MEASURES)
    assert (nothing.draws, nothing.leader_share, nothing.reversals) == (0, None, ())
    assert ranking.sensitivity([candidate(1, None, None)], MEASURES).by_candidate == {}


def test_very_many_get_fewer_draws() -> None:
    assert [ranking.draws_for(count) for count in (0, 10, 400, 10_000)] == [1000, 1000, 500, 100]


def test_the_last_day_is_the_day_before_the_end() -> None:
    assert SPANS[0].last + timedelta(days=1) == SPANS[0].end
    assert phases.over(SPANS, "rate", date(2026, 3, 6)) and not phases.over(SPANS, "rate", date(2026, 3, 5))
