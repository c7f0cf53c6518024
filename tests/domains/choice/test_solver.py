"""The solver against brute force: what it calls the best is the best, what it calls impossible is impossible."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leineweber.config.bench.portfolio import made_up
from leineweber.domains.portfolio.choice import analysis, model, rules, solver
from leineweber.domains.portfolio.choice.model import Candidate, Instance, Limit, Limits

D = Decimal


def euros(*thousands: int) -> tuple[Decimal, ...]:
    return tuple(D(one) * 1000 for one in thousands)


def candidate(key: str, *costs: int, benefit: int = 10, **more: Any) -> Candidate:
    return Candidate(
        key,
        f"Vorhaben {key}",
        costs=euros(*costs),
        duration_years=max(1, len(costs)),
        benefit=D(benefit),
        **more,
    )


def brute_force(instance: Instance, force: tuple[str, ...] = ()) -> tuple[Decimal, Mapping[str, int]] | None:
    """Try every choice; None if none keeps all limits."""
    options = [[None, *rules.start_offsets(one, instance.limits)] for one in instance.candidates]
    best = None
    for starts in itertools.product(*options):
        chosen = {
            one.id: offset
            for one, offset in zip(instance.candidates, starts, strict=True)
            if offset is not None
        }
        if rules.broken(instance, chosen, force):
            continue
        found = rules.benefit(instance, chosen)
        if best is None or found > best[0]:
            best = found, chosen
    return best


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    years = draw(st.integers(1, 3))
    count = draw(st.integers(1, 5))
    keys = [f"p{number}" for number in range(count)]
    small = st.integers(0, 9)
    found = []
    for position, key in enumerate(keys):
        costs = draw(st.lists(small, min_size=0, max_size=3))
        earliest = draw(st.none() | st.integers(2026, 2029))
        found.append(
            Candidate(
                key,
                key,
                draw(st.sampled_from(["", "f", "g"])),
                euros(*costs),
                {"it": tuple(map(D, draw(st.lists(small, max_size=2))))},
                draw(st.integers(1, 2)),
                D(draw(st.integers(0, 30))),
                tuple(draw(st.lists(st.sampled_from(keys), max_size=1))) if position else (),
                tuple(draw(st.lists(st.sampled_from(keys), max_size=1))),
                draw(st.booleans()) and draw(st.booleans()),
                earliest,
                draw(st.none() | st.integers(2027, 2029)),
            )
        )
    bounds = st.lists(st.none() | st.integers(0, 20), min_size=years, max_size=years)
    money = tuple(None if one is None else D(one) * 1000 for one in draw(bounds))
    days = tuple(None if one is None else D(one) for one in draw(bounds))
    return Instance(
        tuple(found),
        Limits(
            2027,
            years,
            money,
            {"it": days},
            {"f": draw(st.integers(0, 2))},
            {"g": D(draw(st.integers(0, 3)))},
            D(draw(st.sampled_from(["0", "0.03", "0.5"]))),
            draw(st.sampled_from(["finish", "start"])),
            draw(st.booleans()),
        ),
    )


@settings(max_examples=120, deadline=None)
@given(instances())
def test_the_best_is_the_best(instance: Instance) -> None:
    expected = brute_force(instance)
    found = solver.solve(instance, seconds=10, gap=0)
    if expected is None:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal" and not rules.broken(instance, found.starts)
    assert abs(found.benefit - expected[0]) < D("0.0001")
    assert found.bound is not None and found.bound >= expected[0] - D("0.0001")


@settings(max_examples=40, deadline=None)
@given(instances(), st.integers(0, 4))
def test_why_one_is_out(instance: Instance, number: int) -> None:
    base = solver.solve(instance, seconds=10, gap=0)
    out = [one.id for one in instance.candidates if one.id not in base.starts]
    if not base.found or not out:
        return
    key = out[number % len(out)]
    told = analysis.reasons(instance, base, [key], seconds=10, gap=0)[key]
    expected = brute_force(instance, (key,))
    if told["kind"] == "costs":
        assert expected is not None
        assert abs(D(told["high"]) - (base.benefit - expected[0])) < D("0.0001")
        assert D(told["low"]) <= D(told["high"]) + D("0.0001")
    else:
        assert expected is None
        if told["kind"] == "never":
            assert told["text"]


@settings(max_examples=60, deadline=None)
@given(instances())
def test_a_contradiction_is_one_and_a_smallest_one(instance: Instance) -> None:
    if brute_force(instance) is not None:
        return
    conflict, complete = solver.conflict(instance, seconds=20)
    everything = set(solver.limits_of(instance))
    assert complete and conflict
    rest = everything - set(conflict)
    assert solver.possible(instance, rest, seconds=5) is False
    for spared in conflict:
        assert solver.possible(instance, rest | {spared}, seconds=5) is True


def small() -> Instance:
    """Three projects of two years and one of one year for 100 a year: b needs a; c excludes d."""
    return Instance(
        (
            candidate("a", 40, 20, benefit=10),
            candidate("b", 50, benefit=30, depends_on=("a",)),
            candidate("c", 60, 60, benefit=25, excludes=("d",)),
            candidate("d", 30, benefit=12),
        ),
        Limits(2027, 3, euros(100, 100, 100), discount=D(0)),
    )


def test_a_worked_example() -> None:
    """By hand: a 2027, b 2029 after it, c 2027: 100, 80, 50 thousand euros and 65 points; d is excluded by c."""
    found = solver.solve(small(), seconds=5, gap=0)
    assert (found.status, found.benefit, found.gap) == ("optimal", D(65), D(0))
    assert found.starts["a"] == 0 and found.starts["b"] == 2 and "d" not in found.starts
    assert rules.money_used(small(), {"a": 0, "b": 2, "c": 0}) == (D(100000), D(80000), D(50000))


def test_earlier_is_better_by_the_discount() -> None:
    instance = Instance((candidate("a", 10),), Limits(2027, 3, euros(100, 100, 100), discount=D("0.1")))
    assert solver.solve(instance, seconds=5).starts == {"a": 0}
    late = replace(instance, limits=replace(instance.limits, money=(D(0), D(0), D(10000))))
    found = solver.solve(late, seconds=5, gap=0)
    assert found.starts == {"a": 2} and found.benefit == round(D(10) / D("1.21"), 6)


def test_what_is_one_cent_too_dear_stays_out() -> None:
    one = Candidate("a", "A", costs=(D("1000000.01"),), benefit=D(5))
    instance = Instance((one,), Limits(2027, 1, (D(1000000),)))
    assert solver.solve(instance, seconds=5).starts == {}
    exact = replace(instance, limits=replace(instance.limits, money=(D("1000000.01"),)))
    assert solver.solve(exact, seconds=5).starts == {"a": 0}


def test_musts_that_do_not_fit_are_explained() -> None:
    instance = Instance(
        (candidate("a", 80, must=True), candidate("b", 70, must=True), candidate("c", 10)),
        Limits(2027, 1, euros(100), minimums={"": 0}),
    )
    told = analysis.best(instance, seconds=5, gap=0)
    assert told["outcome"]["status"] == "infeasible"
    assert told["impossible"]["conflict"] == [["money", "0"], ["must", "a"], ["must", "b"]]
    assert told["impossible"]["ways"] == [[[["money", "0"], "50000"]], [[["must", "a"], "1"]]] or told[
        "impossible"
    ]["ways"] == [[[["money", "0"], "50000"]], [[["must", "b"], "1"]]]


def test_a_must_that_can_never_start_is_named() -> None:
    instance = Instance((candidate("a", 10, must=True, latest=2020),), Limits(2027, 1, euros(100)))
    assert analysis.best(instance, seconds=5, gap=0)["impossible"]["never"] == ["a"]
    assert "spätestens 2020" in rules.never_because(instance.candidates[0], instance.limits)


def test_one_hundredth_more_money() -> None:
    """99.5 of 100 are free for a project of 100.2: one hundredth more lets it in."""
    instance = Instance(
        (candidate("a", 99, benefit=3), Candidate("b", "B", costs=(D(100500),), benefit=D(9))),
        Limits(2027, 1, euros(100)),
    )
    base = solver.solve(instance, seconds=5, gap=0)
    assert set(base.starts) == {"a"}
    (more,) = analysis.sensitivity(instance, base, seconds=5, gap=0)["more"]
    assert (more["limit"], D(more["low"]), D(more["high"])) == ("money", 6, 6)
    assert (more["joins"], more["leaves"]) == (["b"], ["a"])


def test_the_front_never_falls_and_is_what_brute_force_says() -> None:
    base = solver.solve(small(), seconds=5, gap=0)
    points = analysis.front(small(), base, seconds=20, gap=0)["points"]
    assert [D(point["factor"]) for point in points] == sorted(analysis.FACTORS)
    for point in points:
        changed = replace(small(), limits=small().limits.with_money(D(point["factor"])))
        expected = brute_force(changed)
        assert expected is not None and D(point["benefit"]) == expected[0]
    benefits = [D(point["benefit"]) for point in points]
    assert benefits == sorted(benefits)


def test_inputs_are_frozen_whole_and_their_hash_is_theirs() -> None:
    frozen = model.to_json(small())
    assert model.from_json(frozen) == small()
    turned = replace(small(), candidates=tuple(reversed(small().candidates)))
    assert model.digest(model.to_json(turned)) == model.digest(frozen)
    changed = replace(small(), limits=small().limits.with_money(D("1.0001")))
    assert model.digest(model.to_json(changed)) != model.digest(frozen)


def test_nothing_to_choose_from() -> None:
    assert solver.solve(Instance((), Limits(2027, 1, (None,))), seconds=1).status == "optimal"
    banned = Instance((candidate("a", 10, banned=True),), Limits(2027, 1, euros(100)))
    assert solver.solve(banned, seconds=1).starts == {}
    assert "außen vor" in rules.never_because(banned.candidates[0], banned.limits)
    needing = replace(banned, limits=replace(banned.limits, minimums={"": 1}))
    assert solver.solve(needing, seconds=1).status == "infeasible"


@pytest.mark.parametrize("order", ["finish", "start"])
def test_predecessors(order: Any) -> None:
    instance = Instance(
        (candidate("a", 10, 10, earliest=2028), candidate("b", 10, depends_on=("a", "gone"))),
        Limits(2027, 4, (None,) * 4, order=order),
    )
    found = solver.solve(instance, seconds=5, gap=0)
    assert found.starts == {"a": 1, "b": 3 if order == "finish" else 1}
    assert rules.broken(instance, {"b": 0}) == [Limit("after", ("b", "a"))]


def test_a_large_choice_keeps_every_limit_and_its_bound_holds() -> None:
    """The head start of large searches: within the gap of a search without it, and never above its bound."""
    instance = made_up(150, 4)
    found = solver.solve(instance, seconds=10, gap=0.02)
    assert found.found and not rules.broken(instance, found.starts)
    assert found.benefit == rules.benefit(instance, found.starts)
    assert found.bound is not None and found.gap is not None and found.gap <= D("0.02")
    forced = solver.solve(instance, seconds=10, gap=0.02, known=found.starts)
    assert forced.benefit >= found.benefit * D("0.98") and forced.bound is not None
    assert found.benefit <= forced.bound and forced.benefit <= found.bound
