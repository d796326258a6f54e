"""Solves a problem directory with a peer: the linear program written out for a general solver.

Run by solver-peers.py in an environment that has the peer; it can also be run by itself:

  solver_peer.py PROBLEM OUT --peer ortools-pdlp --tolerance 1e-3 --threads 2

Elastic rows get a slack variable at the penalty's cost. Each row is scaled to a Euclidean norm of 1, which first-order
solvers profit from although they scale by themselves too: their tolerances are norms over all rows, and long rows
would drown the rest. `--rows given` hands the rows over unscaled instead.

Writes OUT/price.npy, OUT/allocation.npy and OUT/peer.json, whose seconds are those of the solver's own call: reading
the problem and building the model are not counted.
"""

import argparse
import json
import os
import time
from importlib.metadata import version

import numpy
import scipy.sparse

from solver_check import CAMPAIGN, CAMPAIGN_SET, CELL, Problem


def segments(owner, owners):
    """The positions of each owner's entries, in order of owner, and where each owner's begin."""
    order = numpy.argsort(owner, kind="stable").astype(numpy.int32)
    starts = numpy.concatenate(([0], numpy.cumsum(numpy.bincount(owner, minlength=owners))))
    return order, starts


def coupling_matrix(problem):
    """Rows x candidates: weight x amount x (1[in scope] - share)."""
    owner = numpy.repeat(numpy.arange(len(problem.slots), dtype=numpy.int32), numpy.diff(problem.offsets))
    weight = problem.weight[owner].astype(float)
    cell = problem.cell[owner]
    by_campaign = segments(problem.campaign, problem.campaigns)
    by_cell = segments(cell, problem.cells)
    indices, data, lengths = [], [], []
    for row in range(len(problem.sense)):
        kind, scope, share = problem.kind[row], problem.scope[row], problem.share[row]
        amount = problem.amounts[problem.attribute[row]]
        if share == 0 and kind in (CAMPAIGN, CELL):
            order, starts = by_campaign if kind == CAMPAIGN else by_cell
            where = order[starts[scope] : starts[scope + 1]]
            coefficient = weight[where]
        else:
            inside = numpy.ones(len(weight), bool)
            if kind == CAMPAIGN_SET:
                inside = numpy.isin(problem.campaign, problem.sets[scope])
            elif kind == CAMPAIGN:
                inside = problem.campaign == scope
            elif kind == CELL:
                inside = cell == scope
            where = numpy.flatnonzero(inside | (share != 0)).astype(numpy.int32)
            coefficient = weight[where] * (inside[where] - share)
        if amount is not None:
            coefficient = coefficient * amount[where]
        indices.append(where)
        data.append(coefficient)
        lengths.append(len(where))
    pointers = numpy.concatenate(([0], numpy.cumsum(lengths)))
    shape = (len(problem.sense), len(weight))
    return scipy.sparse.csr_matrix((numpy.concatenate(data), numpy.concatenate(indices), pointers), shape=shape)


class Model:
    """minimise cost x, lower <= matrix x <= upper, 0 <= x <= ceiling: candidates first, then the elastic rows' slacks.

    Rows are the requests' slots first, then the problem's rows.
    """

    def __init__(self, problem, unit_rows=False):
        requests, candidates = len(problem.slots), len(problem.value)
        self.requests, self.candidates, self.sense = requests, candidates, problem.sense
        elastic = numpy.flatnonzero(~problem.hard)
        weight = numpy.repeat(problem.weight.astype(float), numpy.diff(problem.offsets))
        self.cost = numpy.concatenate((-weight * problem.value, problem.penalty[elastic]))
        self.ceiling = numpy.concatenate((numpy.ones(candidates), numpy.full(len(elastic), numpy.inf)))
        at_most = problem.sense > 0
        unbounded = numpy.full(requests, -numpy.inf)
        self.lower = numpy.concatenate((unbounded, numpy.where(at_most, -numpy.inf, problem.bound)))
        self.upper = numpy.concatenate((problem.slots.astype(float), numpy.where(at_most, problem.bound, numpy.inf)))
        slots = scipy.sparse.csr_matrix(
            (numpy.ones(candidates), numpy.arange(candidates), problem.offsets), shape=(requests, candidates)
        )
        columns = numpy.arange(len(elastic))
        slack = scipy.sparse.csr_matrix(
            (-problem.sense[elastic], (elastic, columns)), shape=(len(problem.sense), len(elastic))
        )
        self.matrix = scipy.sparse.bmat([[slots, None], [coupling_matrix(problem), slack]], format="csc")
        self.row_scale = numpy.ones(len(self.lower))
        if unit_rows:
            self.scale_rows()

    def scale_rows(self):
        squares = numpy.bincount(self.matrix.indices, self.matrix.data**2, len(self.lower))
        self.row_scale = 1 / numpy.sqrt(numpy.where(squares > 0, squares, 1))
        self.matrix.data *= self.row_scale[self.matrix.indices]
        self.lower *= self.row_scale
        self.upper *= self.row_scale

    def prices(self, duals):
        """The problem's prices from the row duals of the minimisation."""
        return -self.sense * (self.row_scale * numpy.asarray(duals))[self.requests :]


def solve_with_ortools_pdlp(model, arguments):
    from ortools.pdlp import solve_log_pb2, solvers_pb2
    from ortools.pdlp.python import pdlp

    program = pdlp.QuadraticProgram()
    program.resize_and_initialize(len(model.cost), len(model.lower))
    program.objective_vector = model.cost
    program.constraint_matrix = model.matrix
    program.constraint_lower_bounds = model.lower
    program.constraint_upper_bounds = model.upper
    program.variable_lower_bounds = numpy.zeros(len(model.cost))
    program.variable_upper_bounds = model.ceiling
    parameters = solvers_pb2.PrimalDualHybridGradientParams()
    parameters.num_threads = arguments.threads
    parameters.termination_criteria.simple_optimality_criteria.eps_optimal_relative = arguments.tolerance
    parameters.termination_criteria.time_sec_limit = arguments.time_limit
    model.matrix = None
    started = time.perf_counter()
    result = pdlp.primal_dual_hybrid_gradient(program, parameters)
    seconds = time.perf_counter() - started
    reason = solve_log_pb2.TerminationReason.Name(result.solve_log.termination_reason)
    facts = {
        "seconds": seconds,
        "reached": reason == "TERMINATION_REASON_OPTIMAL",
        "reason": reason,
        "passes": float(result.solve_log.solution_stats.cumulative_kkt_matrix_passes),
        "version": version("ortools"),
    }
    return result.primal_solution, result.dual_solution, facts


def solve_with_highs(model, arguments, solver):
    import highspy

    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(model.cost), len(model.lower)
    program.col_cost_ = model.cost
    program.col_lower_ = numpy.zeros(len(model.cost))
    program.col_upper_ = model.ceiling
    program.row_lower_, program.row_upper_ = model.lower, model.upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = model.matrix.indptr
    program.a_matrix_.index_ = model.matrix.indices
    program.a_matrix_.value_ = model.matrix.data
    highs = highspy.Highs()
    options = {
        "output_flag": arguments.verbose,
        "solver": solver,
        "threads": arguments.threads,
        "kkt_tolerance": arguments.tolerance,
        "time_limit": arguments.time_limit,
        "run_crossover": "off",
    }
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SystemExit(f"HiGHS refuses {name} = {value}")
    highs.passModel(program)
    started = time.perf_counter()
    highs.run()
    seconds = time.perf_counter() - started
    status = highs.getModelStatus()
    info = highs.getInfo()
    facts = {
        "seconds": seconds,
        "reached": status == highspy.HighsModelStatus.kOptimal,
        "reason": highs.modelStatusToString(status),
        "passes": max(info.pdlp_iteration_count, info.ipm_iteration_count, 0),
        "version": version("highspy"),
    }
    solution = highs.getSolution()
    return numpy.asarray(solution.col_value), numpy.asarray(solution.row_dual), facts


PEERS = {
    "ortools-pdlp": solve_with_ortools_pdlp,
    "highs-pdlp": lambda model, arguments: solve_with_highs(model, arguments, "pdlp"),
    "highs-ipm": lambda model, arguments: solve_with_highs(model, arguments, "ipm"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problem", metavar="PROBLEM", help="problem directory")
    parser.add_argument("out", metavar="OUT", help="where the answer goes; made if missing")
    parser.add_argument("--peer", choices=PEERS, required=True)
    parser.add_argument("--tolerance", type=float, default=1e-3, help="the peer's own relative tolerance; default 1e-3")
    parser.add_argument("--rows", choices=["unit", "given"], default="unit", help="rows' scaling; default unit norm")
    parser.add_argument("--threads", type=int, default=2, help="default 2")
    parser.add_argument("--time-limit", type=float, default=600, help="seconds the solver may take; default 600")
    parser.add_argument("--verbose", action="store_true", help="let the solver log, where it can")
    arguments = parser.parse_args()
    model = Model(Problem(arguments.problem), unit_rows=arguments.rows == "unit")
    candidates, requests = model.candidates, model.requests
    primal, dual, facts = PEERS[arguments.peer](model, arguments)
    if len(primal) < candidates or len(dual) < requests:
        raise SystemExit(f"{arguments.peer} gave no point: {facts['reason']}")
    os.makedirs(arguments.out, exist_ok=True)
    numpy.save(os.path.join(arguments.out, "allocation.npy"), numpy.asarray(primal)[:candidates])
    numpy.save(os.path.join(arguments.out, "price.npy"), model.prices(dual))
    with open(os.path.join(arguments.out, "peer.json"), "w") as file:
        json.dump(facts, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
