"""Solving from arrays: the answer, its proof, and refusals."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any

import numpy as np
import pytest

import oasis
from conftest import needs_library
from oasis import Problem, Progress, Refused, Rows, Scope, Sense, Status

pytestmark = needs_library


def market(requests: int = 400, candidates: int = 6, campaigns: int = 12, seed: int = 1) -> Problem:
    """Caps for every campaign, and a promise that cannot be kept."""
    generator = np.random.default_rng(seed)
    count = requests * candidates
    order = np.stack([generator.permutation(campaigns)[:candidates] for _ in range(requests)])
    caps = np.full(campaigns, requests / campaigns * 0.7)
    return Problem(
        offsets=np.arange(0, count + 1, candidates, dtype=np.int64),
        slots=np.ones(requests, np.int32),
        campaign=order.reshape(-1).astype(np.int32),
        value=generator.random(count, np.float32),
        rows=Rows(
            attribute=np.zeros(campaigns + 1, np.int32),
            kind=np.full(campaigns + 1, Scope.CAMPAIGN, np.uint8),
            scope=np.append(np.arange(campaigns), 0).astype(np.int32),
            sense=np.append(np.full(campaigns, Sense.AT_MOST), Sense.AT_LEAST).astype(np.int8),
            bound=np.append(caps, 2 * caps[0]),
            penalty=np.append(np.full(campaigns, np.inf), 3.0),
        ),
    )


def test_the_answer_keeps_slots_and_caps_and_proves_its_value() -> None:
    problem = market()
    solution = oasis.solve(problem)
    proof = solution.certificate
    assert proof.status is Status.OPTIMAL and proof.relative_gap <= 1e-4
    allocation = solution.allocation.astype(np.float64)
    assert allocation.min() >= 0 and allocation.max() <= 1
    offsets = np.asarray(problem.offsets)
    assert np.add.reduceat(allocation, offsets[:-1]).max() <= 1 + 1e-6
    promoted = np.bincount(np.asarray(problem.campaign), allocation, minlength=12)
    bounds = np.asarray(problem.rows.bound)
    assert (promoted <= bounds[:12] * (1 + 1e-6)).all()
    missing = bounds[12] - promoted[0]
    assert solution.shortfall[12] == pytest.approx(missing, rel=1e-5) and missing > 0
    assert not solution.shortfall[:12].any()
    value = float(allocation @ np.asarray(problem.value, np.float64)) - 3.0 * missing
    assert value == pytest.approx(proof.feasible_value, rel=1e-5)
    # The dual function at these prices, computed here, is the bound that is claimed.
    price, campaign = solution.price, np.asarray(problem.campaign)
    net = np.asarray(problem.value, np.float64) - price[:12][campaign] + price[12] * (campaign == 0)
    dual = np.maximum(np.maximum.reduceat(net, offsets[:-1]), 0).sum() + price[:12] @ bounds[:12] - price[12] * bounds[12]
    assert dual == pytest.approx(proof.dual_bound, rel=1e-5)


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    problem = market(requests=3_000)
    one, two = (oasis.solve(problem, threads=threads) for threads in (1, 2))
    assert one.price.tobytes() == two.price.tobytes()
    assert one.allocation.tobytes() == two.allocation.tobytes()


def test_lists_are_taken_as_well_as_arrays() -> None:
    problem = Problem(offsets=[0, 2], slots=[1], campaign=[0, 1], value=[1, 2])
    assert oasis.solve(problem).allocation.tolist() == [0, 1]


def test_arrays_are_read_in_place_and_others_are_copied_exactly() -> None:
    problem = market()
    wide = dataclasses.replace(problem, campaign=np.asarray(problem.campaign, np.int64))
    spread = np.zeros(2 * np.asarray(problem.value).size, np.float32)
    spread[::2] = problem.value
    strided = dataclasses.replace(problem, value=spread[::2])
    expected = oasis.solve(problem)
    for other in (wide, strided):
        assert oasis.solve(other).allocation.tobytes() == expected.allocation.tobytes()


@pytest.mark.parametrize(
    ("changes", "field", "index"),
    [
        ({"value": [1, float("nan")]}, "value", 1),
        ({"slots": [-1]}, "slots", 0),
        ({"slots": [1, 1]}, "slots", None),
        ({"campaign": [0, -1]}, "campaign", 1),
        ({"campaign": [0, 2**40]}, "campaign", 1),
        ({"campaign": [0, 0.5]}, "campaign", 1),
        ({"campaign": ["a", "b"]}, "campaign", None),
        ({"offsets": [0, 3]}, "offsets", 1),
        ({"offsets": []}, "offsets", None),
        ({"offsets": [[0, 2]]}, "offsets", None),
        ({"value": [1, 1e300]}, "value", 1),
        ({"campaign_count": 1}, "campaign", 1),
        ({"campaign_count": -1}, "campaign_count", None),
        ({"attributes": {"": None}}, "attributes", 0),
        ({"attributes": {"delivery": [1.0]}}, "amount_delivery", None),
        ({"set_offsets": [0, 1], "set_campaign": [5], "campaign_count": 2}, "set_campaign", 0),
        ({"rows": Rows([0], [4], [0], [1], [1.0])}, "row_scope_kind", 0),
        ({"rows": Rows([0], [0], [0], [-1], [1.0])}, "row_penalty", 0),
        ({"rows": Rows([0], [0], [0], [1], [float("inf")])}, "row_bound", 0),
    ],
)
def test_a_broken_rule_is_refused_by_field_and_element(changes: dict[str, Any], field: str, index: int | None) -> None:
    problem = Problem(offsets=[0, 2], slots=[1], campaign=[0, 1], value=[1.0, 2.0])
    with pytest.raises(Refused) as refused:
        oasis.solve(dataclasses.replace(problem, **changes))
    assert (refused.value.field, refused.value.index) == (field, index), refused.value
    assert refused.value.rule.startswith(("must", "cannot"))


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"gap": 0.0}, "options.target_gap"),
        ({"threads": 0}, "options.threads"),
        ({"threads": -1}, "options.threads"),
        ({"sample": 2.0}, "options.sample_share"),
        ({"seed": -1}, "options.seed"),
        ({"passes_maximum": 0}, "options.passes_maximum"),
        ({"time_limit": -1.0}, "options.time_limit_seconds"),
        ({"time_limit": 0.0}, "options.time_limit_seconds"),
        ({"starting_price": [1.0, 2.0]}, "starting_price"),
    ],
)
def test_an_option_out_of_range_is_refused_by_name(options: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        oasis.solve(market(), **options)
    assert refused.value.field == field


def test_prices_of_a_similar_problem_are_a_start() -> None:
    problem = market(requests=3_000)
    cold = oasis.solve(problem)
    warm = oasis.solve(problem, starting_price=cold.price)
    assert warm.certificate.status is Status.OPTIMAL
    assert warm.certificate.passes < cold.certificate.passes


def test_progress_is_told_and_can_end_the_solve() -> None:
    told: list[Progress] = []

    def stop(progress: Progress) -> bool:
        told.append(progress)
        return False

    solution = oasis.solve(market(requests=3_000), gap=1e-9, progress=stop)
    assert len(told) == 1 and told[0].passes > 0
    assert solution.certificate.status is Status.INTERRUPTED
    assert solution.certificate.feasible_value <= solution.certificate.dual_bound


def test_what_progress_raises_ends_the_solve_and_is_raised() -> None:
    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        oasis.solve(market(), progress=interrupt)


def test_solves_at_once_do_not_disturb_each_other() -> None:
    problems = [market(seed=seed) for seed in range(4)]
    expected = [oasis.solve(problem).allocation.tobytes() for problem in problems]
    found: dict[int, bytes] = {}

    def work(place: int) -> None:
        found[place] = oasis.solve(problems[place]).allocation.tobytes()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[place] for place in range(4)] == expected


def test_whole_candidates_only() -> None:
    solution = oasis.solve(market(), integral=True, gap=1e-2)
    assert set(np.unique(solution.allocation)) <= {0, 1}
