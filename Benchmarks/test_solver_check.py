"""Tests of the arithmetic that judges solvers.

  python3 test_solver_check.py
  OASIS_SHARED_DATA=/path/to/shared/data python3 test_solver_check.py    with the known optima in its problems/

Needs NumPy and SciPy. The matrix of solver_peer.py and SciPy's linprog are the second opinion.
"""

import importlib.util
import itertools
import json
import os
import sys
import tempfile
import unittest

import numpy
import scipy.optimize

import solver_check
from solver_check import Delivered, Problem, scaling_repair, true_bound, true_value, worst_violation
from solver_peer import Model, coupling_matrix

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED_DATA = os.environ.get("OASIS_SHARED_DATA", "")
KNOWN = ["tiny-caps", "tiny-loss", "tiny-guarantee", "tiny-share", "tiny-all"]


def load_make_instance():
    specification = importlib.util.spec_from_file_location("make_instance", os.path.join(HERE, "make-instance.py"))
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


MAKE_INSTANCE = load_make_instance()


def write_generated(folder, *options):
    arguments = MAKE_INSTANCE.parse([folder, *options])
    MAKE_INSTANCE.write(folder, *MAKE_INSTANCE.make(arguments))
    return Problem(folder)


def write_by_hand(folder, **columns):
    """A problem from plain lists; the types are those of the format."""
    types = {"offsets": "i8", "value": "f4", "weight": "f4", "row_bound": "f8", "row_share": "f8", "row_penalty": "f8"}
    types |= {"row_scope_kind": "u1", "row_sense": "i1", "set_offsets": "i8", "amount_listenerLoss": "f4"}
    for name, values in columns.items():
        numpy.save(os.path.join(folder, f"{name}.npy"), numpy.array(values, types.get(name, "i4")))
    with open(os.path.join(folder, "problem.json"), "w") as file:
        json.dump({"format": "oasis-problem/1", "attributes": ["delivery", "listenerLoss"]}, file)
    return Problem(folder)


def solved_by_linprog(problem):
    """Allocation, prices and optimum by HiGHS through SciPy."""
    model = Model(problem)
    sign = numpy.concatenate((numpy.ones(model.requests), problem.sense))
    limit = numpy.where(sign > 0, model.upper, -model.lower)
    bounds = numpy.column_stack((numpy.zeros(len(model.ceiling)), model.ceiling))
    matrix = scipy.sparse.diags(sign) @ model.matrix
    result = scipy.optimize.linprog(model.cost, A_ub=matrix, b_ub=limit, bounds=bounds, method="highs-ds")
    assert result.status == 0, result.message
    return result.x[: model.candidates], -result.ineqlin.marginals[model.requests :], -result.fun


class SmallProblems(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def by_hand(self):
        """Two requests of weights 1 and 2, three campaigns, one of each kind of row."""
        return write_by_hand(
            self.folder,
            offsets=[0, 3, 5],
            slots=[1, 1],
            weight=[1, 2],
            cell=[0, 1],
            campaign=[0, 1, 2, 0, 1],
            value=[5, 3, 2, 4, 1],
            amount_listenerLoss=[1, 0, 0.5, 2, 0],
            set_offsets=[0, 2],
            set_campaign=[0, 2],
            row_attribute=[0, 1, 0, 0],
            row_scope_kind=[1, 3, 2, 0],
            row_scope=[0, 1, 0, 0],
            row_sense=[1, 1, 1, -1],
            row_bound=[1, 3, 0, 4],
            row_share=[0, 0, 0.5, 0],
            row_penalty=[numpy.inf, numpy.inf, numpy.inf, 0.25],
        )

    def test_a_bound_worked_out_by_hand(self):
        # Prices 1, 0.5, 2, 0.25. Delivery costs campaign 0: 1 + 2 - 1 - 0.25 = 1.75, campaign 1: -1 - 0.25 = -1.25,
        # campaign 2: 2 - 1 - 0.25 = 0.75; listenerLoss costs 0.5 in cell 1 alone.
        # Request 0: max(5 - 1.75, 3 + 1.25, 2 - 0.75) = 4.25. Request 1: max(4 - 1.75 - 2 x 0.5, 1 + 1.25) = 2.25.
        # 1 x 4.25 + 2 x 2.25 + 1 x 1 + 3 x 0.5 + 0 x 2 - 4 x 0.25 = 10.25.
        self.assertAlmostEqual(true_bound(self.by_hand(), [1, 0.5, 2, 0.25]), 10.25, places=12)

    def test_prices_outside_their_range_are_clipped(self):
        problem = self.by_hand()
        expected = true_bound(problem, [0, 0.5, 2, 0.25])
        self.assertEqual(true_bound(problem, [-3, 0.5, 2, 7]), expected)
        self.assertEqual(true_bound(problem, [numpy.nan, 0.5, 2, 7]), expected)

    def test_a_value_and_violations_worked_out_by_hand(self):
        # Deliveries: 1 of campaign 1 at weight 1, 1 of campaign 0 at weight 2. Value 3 + 2 x 4 = 11; the floor of 4
        # is short by 1 at 0.25. Cap 2 > 1: 1 over, measured against sum |a x| = 2. Loss 2 x 2 = 4 > 3: 1 over
        # against 4. Share: 2 - 0.5 x 3 = 0.5 over against |1 - 0.5| x 2 + 0.5 x 1 = 1.5.
        problem = self.by_hand()
        delivered = Delivered(problem, numpy.array([0, 1, 0, 1, 0.0]))
        self.assertAlmostEqual(true_value(problem, delivered), 10.75, places=12)
        excess, size = solver_check.overshoots(problem, delivered)
        self.assertTrue(numpy.allclose(excess, [1, 1, 0.5, 1]))
        self.assertTrue(numpy.allclose(size, [2, 4, 1.5, 4]))
        self.assertAlmostEqual(worst_violation(problem, delivered), 0.5, places=12)
        self.assertEqual(delivered.simple_violation, 0.0)

    def test_simple_violations_are_seen(self):
        problem = self.by_hand()
        self.assertAlmostEqual(Delivered(problem, numpy.array([0.75, 0.5, 0, 0, 0])).simple_violation, 0.25)
        self.assertAlmostEqual(Delivered(problem, numpy.array([0, 0, 0, 1.125, -0.5])).simple_violation, 0.5)
        with self.assertRaises(ValueError):
            Delivered(problem, numpy.array([0, 0, 0, numpy.nan, 0]))
        with self.assertRaises(ValueError):
            Delivered(problem, numpy.zeros(4))

    def test_no_feasible_allocation_beats_any_bound(self):
        problem = self.by_hand()
        random = numpy.random.default_rng(5)
        bounds = [true_bound(problem, random.exponential(2, 4)) for _ in range(200)]
        best = max(
            true_value(problem, delivered)
            for quarters in itertools.product(range(5), repeat=5)
            for delivered in [Delivered(problem, numpy.array(quarters) / 4)]
            if delivered.simple_violation == 0 and worst_violation(problem, delivered) == 0
        )
        self.assertLessEqual(best, min(bounds) + 1e-9)
        allocation, prices, optimum = solved_by_linprog(problem)
        self.assertLessEqual(best, optimum + 1e-9)
        self.assertAlmostEqual(true_bound(problem, prices), optimum, places=9)
        self.assertAlmostEqual(true_value(problem, Delivered(problem, allocation)), optimum, places=9)

    def test_tables_agree_with_the_written_out_matrix(self):
        problem = write_generated(self.folder, "--family", "all", "--requests", "700", "--slots", "1-3")
        random = numpy.random.default_rng(3)
        allocation = random.random(len(problem.value))
        excess, size = solver_check.overshoots(problem, Delivered(problem, allocation))
        matrix = coupling_matrix(problem)
        self.assertTrue(numpy.allclose(excess, problem.sense * (matrix @ allocation - problem.bound)))
        absolute = abs(matrix) @ allocation
        self.assertTrue(numpy.allclose(size, numpy.maximum(numpy.maximum(absolute, numpy.abs(problem.bound)), 1)))

    def test_scaled_rows_are_the_same_program(self):
        problem = write_generated(self.folder, "--family", "all", "--requests", "700", "--slots", "1-3")
        given, unit = Model(problem), Model(problem, unit_rows=True)
        norms = numpy.sqrt(numpy.asarray(unit.matrix.power(2).sum(1)).ravel())
        self.assertTrue(numpy.allclose(norms, 1))
        self.assertTrue(numpy.allclose((unit.matrix / unit.row_scale[:, None] - given.matrix).data, 0))
        duals = numpy.random.default_rng(9).random(len(given.lower))
        # A dual prices its row's bound: what the scaled bound gains, the scaled dual loses.
        at_most = numpy.isfinite(given.upper)
        self.assertTrue(numpy.allclose(given.upper[at_most] * unit.row_scale[at_most], unit.upper[at_most]))
        self.assertTrue(numpy.allclose(unit.prices(duals / unit.row_scale), given.prices(duals)))

    def test_small_blocks_change_nothing(self):
        problem = write_generated(self.folder, "--family", "all", "--requests", "700", "--slots", "1-3")
        random = numpy.random.default_rng(4)
        prices = random.exponential(0.01, len(problem.sense))
        allocation = random.random(len(problem.value))
        bound, value = true_bound(problem, prices), true_value(problem, Delivered(problem, allocation))
        self.addCleanup(setattr, solver_check, "REQUESTS_PER_BLOCK", solver_check.REQUESTS_PER_BLOCK)
        solver_check.REQUESTS_PER_BLOCK = 37
        self.assertAlmostEqual(true_bound(problem, prices), bound, places=9)
        self.assertAlmostEqual(true_value(problem, Delivered(problem, allocation)), value, places=9)

    def test_a_repair_leaves_no_violation(self):
        problem = write_generated(self.folder, "--family", "all", "--requests", "2000")
        allocation = numpy.random.default_rng(6).uniform(-0.2, 1.2, len(problem.value))
        delivered = Delivered(problem, solver_check.within_simple_constraints(problem, allocation))
        self.assertLess(delivered.simple_violation, 1e-9)
        self.assertGreater(worst_violation(problem, delivered), 0.1)
        scale = scaling_repair(problem, delivered)
        self.assertLess(worst_violation(problem, delivered, scale), solver_check.LARGEST_VIOLATION)
        self.assertTrue(numpy.all((scale >= 0) & (scale <= 1)))
        self.assertGreater(true_value(problem, delivered, scale), 0.0)


class GeneratedInstances(unittest.TestCase):
    def test_the_same_seed_gives_the_same_columns_and_another_seed_others(self):
        def columns(seed):
            return MAKE_INSTANCE.make(MAKE_INSTANCE.parse(["out", "--requests", "500", "--seed", seed]))[1]

        first, again, other = columns("3"), columns("3"), columns("4")
        self.assertTrue(all(numpy.array_equal(first[name], again[name]) for name in first))
        self.assertFalse(numpy.array_equal(first["value"], other["value"]))

    def test_best_in_request_agrees_with_sorting_each_request(self):
        random = numpy.random.default_rng(8)
        counts = random.integers(1, 9, 300)
        slots = random.integers(1, 5, 300)
        owner = numpy.repeat(numpy.arange(300), counts)
        value = random.integers(1, 6, len(owner)).astype(numpy.float32)
        best = MAKE_INSTANCE.best_in_request(owner, counts, value, slots)
        for request in range(300):
            where = numpy.flatnonzero(owner == request)
            expected = where[numpy.argsort(-value[where], kind="stable")[: slots[request]]]
            self.assertEqual(set(where[best[where]]), set(expected))

    def test_a_campaign_is_at_most_once_in_a_request(self):
        arguments = MAKE_INSTANCE.parse(["out", "--requests", "500", "--campaigns", "30"])
        columns = MAKE_INSTANCE.make(arguments)[1]
        for start, end in zip(columns["offsets"][:-1], columns["offsets"][1:]):
            self.assertTrue(numpy.all(numpy.diff(columns["campaign"][start:end]) > 0))


@unittest.skipUnless(SHARED_DATA, "OASIS_SHARED_DATA is not set: known optima are not checked")
class KnownOptima(unittest.TestCase):
    def test_bound_and_value_at_an_optimum_are_the_known_optimum(self):
        for name in KNOWN:
            with self.subTest(name):
                folder = os.path.join(SHARED_DATA, "problems", name)
                problem = Problem(folder)
                with open(os.path.join(folder, "optimum.json")) as file:
                    known = json.load(file)["optimum"]
                allocation, prices, optimum = solved_by_linprog(problem)
                delivered = Delivered(problem, allocation)
                self.assertAlmostEqual(optimum / known, 1, places=6)
                self.assertAlmostEqual(true_bound(problem, prices) / known, 1, places=6)
                self.assertAlmostEqual(true_value(problem, delivered) / known, 1, places=6)
                self.assertLess(worst_violation(problem, delivered), solver_check.LARGEST_VIOLATION)
                self.assertGreater(true_bound(problem, 0.9 * prices), known)


if __name__ == "__main__":
    if not SHARED_DATA:
        print("*** OASIS_SHARED_DATA is not set: the known optima are NOT checked ***", file=sys.stderr)
    unittest.main()
