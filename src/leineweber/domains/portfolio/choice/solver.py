"""The choice as a mixed-integer linear program, solved by HiGHS.

One binary variable for each candidate and each year in which it may start. Money, capacity and minimums are one row
each; a dependency is one row for each year (whoever has started by then, its predecessor was ready by then), which
leaves the solver little to branch on. What HiGHS says is computed anew in decimals and checked against every limit; a
choice that breaks one by rounding is cut off and the search goes on.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import highspy
import numpy as np

from leineweber.domains.portfolio.choice import rules
from leineweber.domains.portfolio.choice.model import Candidate, Instance, Limit, Outcome, Status

# Money in thousands of euros keeps all rows within some powers of ten of one another; a cent is still ten times the
# solver's tolerance.
THOUSAND = Decimal(1000)
REPAIRS = 5
LEAST_SECONDS = 0.2
SEED = 20220101
# From so many variables on a head start pays; so many of them stay free in it at first, so many projects later.
LARGE, FREE, NEIGHBOURS = 300, (160, 320, 640), 25
SMALL_SECONDS = 0.7
LOGIC = ("must", "after", "excludes")


class SolverFailed(Exception):
    """HiGHS ended with an error, or found only choices that break a limit when computed exactly."""


@dataclass(slots=True)
class Row:
    """One row of the program: which limit it is of (None: how the program is built), its entries and its bounds."""

    limit: Limit | None
    columns: list[int]
    values: list[float]
    low: float = -np.inf
    high: float = np.inf


@dataclass(slots=True)
class Program:
    """The program: `columns` are candidate and start offset; after them come the amounts by which limits give way."""

    columns: list[tuple[str, int]]
    rows: list[Row]
    costs: list[float]
    maximise: bool = True
    whole: list[bool] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    ways: list[Limit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The least that limits would have to give way: euros, days or projects by limit, and a choice that then works."""

    amounts: Mapping[Limit, Decimal]
    starts: Mapping[str, int]


def limits_of(instance: Instance, force: Collection[str] = ()) -> list[Limit]:
    """Return all limits of an instance that a choice can break: what may be part of a contradiction."""
    limits = instance.limits
    found = [Limit("must", (one.id,)) for one in instance.candidates if one.must and one.id not in force]
    found += [Limit("minimum", (name,)) for name, least in sorted(limits.minimums.items()) if least > 0]
    found += [Limit("money", (str(year),)) for year, bound in enumerate(limits.money) if bound is not None]
    for skill, bounds in sorted(limits.capacity.items()):
        found += [
            Limit("capacity", (skill, str(year))) for year, bound in enumerate(bounds) if bound is not None
        ]
    found += [Limit("after", (one.id, before.id)) for one, before in rules.dependencies(instance)]
    found += [Limit("excludes", pair) for pair in rules.exclusions(instance)]
    return found


def build(instance: Instance, force: Collection[str] = (), without: Collection[Limit] = ()) -> Program:
    """Return the program of an instance: `force` must be in, the limits `without` do not hold."""
    limits = instance.limits
    columns = [(one.id, offset) for one in instance.candidates for offset in rules.start_offsets(one, limits)]
    of: dict[str, list[int]] = {one.id: [] for one in instance.candidates}
    for index, (key, _) in enumerate(columns):
        of[key].append(index)
    known = instance.by_id()
    rows: list[Row] = []
    for one in instance.candidates:
        mine = of[one.id]
        needed = one.id in force
        if len(mine) > 1 or needed:
            rows.append(Row(None, mine, [1.0] * len(mine), low=1.0 if needed else -np.inf, high=1.0))
        if one.must and not needed:
            rows.append(Row(Limit("must", (one.id,)), mine, [1.0] * len(mine), low=1.0))
    rows += _consumption(instance, columns, known)
    for name, least in sorted(limits.minimums.items()):
        mine = [index for index, (key, _) in enumerate(columns) if known[key].field == name]
        if least > 0:
            rows.append(Row(Limit("minimum", (name,)), mine, [1.0] * len(mine), low=float(least)))
    for one, before in rules.dependencies(instance):
        rows += _after(instance, columns, of, one, before)
    for first, second in rules.exclusions(instance):
        mine = [*of[first], *of[second]]
        rows.append(Row(Limit("excludes", (first, second)), mine, [1.0] * len(mine), high=1.0))
    dropped = set(without)
    rows = [row for row in rows if row.limit is None or row.limit not in dropped]
    costs = [float(rules.worth(known[key], offset, limits)) for key, offset in columns]
    size = len(columns)
    return Program(columns, rows, costs, True, [True] * size, [1.0] * size)


def _consumption(
    instance: Instance, columns: Sequence[tuple[str, int]], known: Mapping[str, Candidate]
) -> list[Row]:
    """Return the rows of money and capacity that could be broken at all."""
    limits = instance.limits
    found = []
    for year, bound in enumerate(limits.money):
        if bound is not None:
            needs = [rules.at(known[key].costs, year - offset) / THOUSAND for key, offset in columns]
            found.append(_bounded(Limit("money", (str(year),)), needs, bound / THOUSAND))
    for skill, bounds in sorted(limits.capacity.items()):
        for year, bound in enumerate(bounds):
            if bound is not None:
                needs = [rules.at(known[key].effort.get(skill, ()), year - offset) for key, offset in columns]
                found.append(_bounded(Limit("capacity", (skill, str(year))), needs, bound))
    return found


def _bounded(limit: Limit, needs: Sequence[Decimal], bound: Decimal) -> Row:
    indices = [index for index, need in enumerate(needs) if need]
    return Row(limit, indices, [float(needs[index]) for index in indices], high=float(bound))


def _after(
    instance: Instance,
    columns: Sequence[tuple[str, int]],
    of: Mapping[str, Sequence[int]],
    one: Candidate,
    before: Candidate,
) -> list[Row]:
    limits = instance.limits
    found = []
    for _, offset in (columns[index] for index in of[one.id]):
        started = [index for index in of[one.id] if columns[index][1] <= offset]
        ready = [
            index for index in of[before.id] if rules.ready_from(before, columns[index][1], limits) <= offset
        ]
        found.append(
            Row(
                Limit("after", (one.id, before.id)),
                [*started, *ready],
                [1.0] * len(started) + [-1.0] * len(ready),
                high=0.0,
            )
        )
    return found


class Session:
    """One program in HiGHS: built once, solved, and solved again with rows more.

    Raises:
        SolverFailed: HiGHS does not take the program.
    """

    def __init__(self, program: Program, *, gap: float) -> None:
        self.program = program
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        for name, value in (
            ("log_to_console", False),
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", SEED),
            ("mip_rel_gap", gap),
            ("mip_abs_gap", 0.0 if gap == 0 else 1e-6),
            ("mip_feasibility_tolerance", 1e-9),
        ):
            self.highs.setOptionValue(name, value)
        if self.highs.passModel(self._model()) == highspy.HighsStatus.kError:
            raise SolverFailed("HiGHS does not take the program.")

    def _model(self) -> highspy.HighsLp:
        program = self.program
        size = len(program.columns) + len(program.ways)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = size, len(program.rows)
        model.col_cost_ = np.array(program.costs, dtype=np.double)
        model.col_lower_ = np.zeros(size)
        model.col_upper_ = np.array(program.upper, dtype=np.double)
        model.row_lower_ = np.array([row.low for row in program.rows], dtype=np.double)
        model.row_upper_ = np.array([row.high for row in program.rows], dtype=np.double)
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        lengths = [len(row.columns) for row in program.rows]
        matrix.start_ = np.cumsum([0, *lengths], dtype=np.int32)
        matrix.index_ = np.array([index for row in program.rows for index in row.columns], dtype=np.int32)
        matrix.value_ = np.array([value for row in program.rows for value in row.values], dtype=np.double)
        model.integrality_ = [
            highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            for whole in program.whole
        ]
        model.sense_ = highspy.ObjSense.kMaximize if program.maximise else highspy.ObjSense.kMinimize
        return model

    def suggest(self, starts: Mapping[str, int]) -> None:
        """Let the search begin with a choice that is known."""
        places = {column: index for index, column in enumerate(self.program.columns)}
        values = np.zeros(len(places))
        for column in starts.items():
            if column not in places:
                return
            values[places[column]] = 1.0
        self.highs.setSolution(len(values), np.arange(len(values), dtype=np.int32), values)

    def run(self, seconds: float) -> Status:
        """Search for at most so many seconds.

        Raises:
            SolverFailed: HiGHS ended with an error.
        """
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(LEAST_SECONDS, seconds))
        if self.highs.run() == highspy.HighsStatus.kError:
            raise SolverFailed(str(self.highs.getModelStatus()))
        status = self.highs.getModelStatus()
        if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
            return "infeasible"
        found = self.highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if status == highspy.HighsModelStatus.kOptimal:
            return "optimal"
        return "feasible" if found else "unknown"

    def starts(self) -> dict[str, int]:
        """Return the choice that was found."""
        values = self.highs.getSolution().col_value
        chosen = zip(self.program.columns, values, strict=False)
        return {key: offset for (key, offset), value in chosen if value > 0.5}

    def amounts(self) -> dict[Limit, float]:
        """Return by how much limits give way."""
        values = self.highs.getSolution().col_value[len(self.program.columns) :]
        return {limit: value for limit, value in zip(self.program.ways, values, strict=True) if value > 1e-7}

    def cut_off(self, starts: Mapping[str, int]) -> None:
        """Forbid exactly this choice from now on."""
        signs = [-1.0 if starts.get(key) == offset else 1.0 for key, offset in self.program.columns]
        indices = np.arange(len(signs), dtype=np.int32)
        self.highs.addRow(1.0 - len(starts), np.inf, len(signs), indices, np.array(signs))


def solve(
    instance: Instance,
    *,
    seconds: float,
    gap: float = 0.001,
    force: Collection[str] = (),
    known: Mapping[str, int] | None = None,
) -> Outcome:
    """Return the best choice found within a time, with the proven bound.

    `gap` is the share by which the search may fall short, `force` names candidates that must be in, `known` a choice
    to begin with. A bound that is not proven is None.

    Raises:
        SolverFailed: HiGHS ended with an error, or every choice it found breaks a limit by rounding.
    """
    began = time.monotonic()
    program = build(instance, force)
    if any(not row.columns and row.low > 0 for row in program.rows):
        return Outcome("infeasible", seconds=time.monotonic() - began)
    if not program.columns:
        return Outcome("optimal", bound=Decimal(0), seconds=time.monotonic() - began)
    proven: Decimal | None = None
    if len(program.columns) > LARGE and len(instance.candidates) > 2 * NEIGHBOURS:
        known, proven = _head_start(instance, force, gap, seconds / 2, known)
        if known is not None and proven is not None:
            reached = rules.benefit(instance, known)
            bound = _bound(float(proven), reached)
            if bound is not None and bound - reached <= Decimal(gap) * reached:
                return Outcome("optimal", known, reached, bound, time.monotonic() - began)
    session = Session(program, gap=gap)
    if known is not None:
        session.suggest(known)
    for _ in range(REPAIRS):
        status = session.run(seconds - (time.monotonic() - began))
        info = session.highs.getInfo()
        nodes = max(0, int(info.mip_node_count))
        if status in {"infeasible", "unknown"}:
            return Outcome(status, seconds=time.monotonic() - began, nodes=nodes)
        starts = session.starts()
        if rules.broken(instance, starts, force):
            session.cut_off(starts)
            continue
        benefit = rules.benefit(instance, starts)
        bound = _bound(min(info.mip_dual_bound, float("inf" if proven is None else proven)), benefit)
        return Outcome(status, starts, benefit, bound, time.monotonic() - began, nodes)
    raise SolverFailed("Every choice found breaks a limit.")


def _head_start(
    instance: Instance,
    force: Collection[str],
    gap: float,
    seconds: float,
    known: Mapping[str, int] | None,
) -> tuple[Mapping[str, int] | None, Decimal | None]:
    """Return a good choice to begin a large search with, and the bound that the relaxed program proves.

    First the variables that the relaxed program is sure of are fixed and the rest is solved. Then, again and again,
    some projects are set free while all others stay as they are (large neighbourhood search), rather those of which the
    relaxed program is unsure. Each of these programs is small and takes a fraction of a second.
    """
    end = time.monotonic() + seconds
    relaxed = build(instance, force)
    relaxed.whole = [False] * len(relaxed.columns)
    session = Session(relaxed, gap=gap)
    if session.run(seconds) != "optimal":
        return known, None
    solution = session.highs.getSolution()
    bound = Decimal(session.highs.getInfo().objective_function_value)
    values, sureness = np.array(solution.col_value), np.abs(np.array(solution.col_dual))
    program = build(instance, force)
    for free in FREE:
        fixed = {int(index): round(float(values[index])) for index in np.argsort(sureness)[free:]}
        known = _better(instance, force, program, fixed, gap, end, known)
        if known is not None:
            break
    least: dict[str, float] = {}
    for (key, _), sure in zip(program.columns, sureness, strict=True):
        least[key] = min(sure, least.get(key, np.inf))
    unsure = sorted(least, key=lambda key: least[key])
    dice = np.random.default_rng(SEED)
    weights = np.exp(-np.arange(len(unsure)) / (len(unsure) / 2))
    size = NEIGHBOURS
    while known is not None and time.monotonic() < end:
        reached = rules.benefit(instance, known)
        if bound - reached <= Decimal(gap) * reached:
            break
        opened = set(dice.choice(unsure, size, replace=False, p=weights / weights.sum()))
        fixed = {
            index: int(known.get(key) == offset)
            for index, (key, offset) in enumerate(program.columns)
            if key not in opened
        }
        found = _better(instance, force, program, fixed, gap / 10, end, known)
        # What brings nothing more is looked for a little wider, what does begins small again.
        size = NEIGHBOURS if found is not known else min(size + 2, 2 * NEIGHBOURS)
        known = found
    return known, bound


def _better(
    instance: Instance,
    force: Collection[str],
    program: Program,
    fixed: Mapping[int, int],
    gap: float,
    end: float,
    known: Mapping[str, int] | None,
) -> Mapping[str, int] | None:
    """Return the best choice in which some variables are fixed, or the known one if that is no better."""
    session = Session(program, gap=gap)
    indices = np.array(sorted(fixed), dtype=np.int32)
    levels = np.array([fixed[int(index)] for index in indices], dtype=np.double)
    session.highs.changeColsBounds(len(indices), indices, levels, levels)
    if known is not None:
        session.suggest(known)
    if session.run(min(SMALL_SECONDS, end - time.monotonic())) not in {"optimal", "feasible"}:
        return known
    found = session.starts()
    if rules.broken(instance, found, force):
        return known
    if known is not None and rules.benefit(instance, found) <= rules.benefit(instance, known):
        return known
    return found


def _bound(found: float, benefit: Decimal) -> Decimal | None:
    """Return the proven bound, never below what was reached; HiGHS' own rounding is no better choice."""
    if not np.isfinite(found):
        return None
    bound = round(Decimal(float(found)), 6)
    return benefit if bound - benefit < Decimal("0.00001") * max(Decimal(1), benefit) else bound


def relax(
    instance: Instance, kinds: Collection[str], *, seconds: float, force: Collection[str] = ()
) -> Relaxation | None:
    """Return the least by which limits of some kinds would have to give way so that a choice exists at all.

    Money and days count by the share of their limit that is missing, musts and minimums by projects. None if that is
    not enough, or no answer was found in time.

    Raises:
        SolverFailed: HiGHS ended with an error.
    """
    program = build(instance, force)
    size = len(program.columns)
    program.maximise, program.costs = False, [0.0] * size
    for row in program.rows:
        if row.limit is None or row.limit.kind not in kinds:
            continue
        counted = row.limit.kind in {"must", "minimum"}
        bound = row.low if counted else row.high
        # Rows may share their lists: never changed, always replaced.
        row.columns = [*row.columns, size + len(program.ways)]
        row.values = [*row.values, 1.0 if counted else -1.0]
        program.ways.append(row.limit)
        program.costs.append(1.0 if counted else 1.0 / max(1.0, bound))
        program.whole.append(counted)
        program.upper.append(bound if counted else np.inf)
    if any(not row.columns and row.low > 0 for row in program.rows):
        return None
    session = Session(program, gap=0.0)
    if session.run(seconds) not in {"optimal", "feasible"}:
        return None
    starts = session.starts()
    return Relaxation(_exact(instance, starts, session.amounts()), starts)


def _exact(
    instance: Instance, starts: Mapping[str, int], amounts: Mapping[Limit, float]
) -> dict[Limit, Decimal]:
    """Return by how much each limit must give way, computed from the choice in decimals."""
    missing = {one.limit: -one.free for one in rules.slacks(instance, starts) if one.free < 0}
    found = {}
    for limit, amount in amounts.items():
        exact = missing.get(limit)
        if limit.kind in {"must", "minimum"}:
            exact = Decimal(round(amount))
        if exact:
            found[limit] = exact
    return found


def possible(
    instance: Instance, without: Iterable[Limit], *, seconds: float, force: Collection[str] = ()
) -> bool | None:
    """Tell whether a choice exists if some limits do not hold; None if the time was not enough to know."""
    program = build(instance, force, tuple(without))
    if any(not row.columns and row.low > 0 for row in program.rows):
        return False
    if not program.columns:
        return True
    program.costs = [0.0] * len(program.costs)
    status = Session(program, gap=0.0).run(seconds)
    return None if status == "unknown" else status != "infeasible"


def conflict(instance: Instance, *, seconds: float, force: Collection[str] = ()) -> tuple[list[Limit], bool]:
    """Return limits that contradict each other, and whether none of them can be spared (QuickXplain, Junker 2004).

    The list is empty if there is no contradiction, or if it does not lie in the limits (a forced candidate has no year
    to start in). When the time is over, what is left is returned as it is.

    Raises:
        SolverFailed: HiGHS ended with an error.
    """
    everything = all_limits = limits_of(instance, force)
    end = time.monotonic() + seconds
    complete = True

    def holds(kept: Sequence[Limit]) -> bool:
        """Tell whether a choice exists that keeps these; when in doubt, yes: then more is kept, never too little."""
        nonlocal complete
        left = end - time.monotonic()
        if left <= 0:
            complete = False
            return True
        kept_ones = set(kept)
        answer = possible(
            instance, [one for one in all_limits if one not in kept_ones], seconds=left, force=force
        )
        if answer is None:
            complete = False
            return True
        return answer

    def explain(background: list[Limit], added: list[Limit], rest: list[Limit]) -> list[Limit]:
        if added and not holds(background):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        from_second = explain([*background, *first], first, second)
        from_first = explain([*background, *from_second], from_second, first)
        return [*from_first, *from_second]

    if not everything or not holds([]):
        return [], complete
    # What contradicts itself without money and days is found among far fewer limits, and quickly.
    for kinds in LOGIC, (*LOGIC, "money", "capacity"):
        part = [one for one in everything if one.kind in kinds]
        if part and not holds(part):
            everything = part
            break
    else:
        if holds(everything):
            return [], complete
    return sorted(explain([], [], everything)), complete
