"""Checks an answer to a problem directory with arithmetic of its own, in float64 NumPy.

Nothing here trusts a solver: an upper bound is evaluated from prices, a value from an allocation, and both hold
whatever produced them.

  solver_check.py PROBLEM --prices price.npy --allocation allocation.npy
  solver_check.py PROBLEM --prices price.npy --allocation allocation.npy --repair

The program is

    maximise   sum_i w_i sum_e v_e x_e  -  sum_r penalty_r * shortfall_r
    subject to 0 <= x_e <= 1,  sum_{e in i} x_e <= slots_i,
               sum_e w_e amount_e (1[e in scope_r] - share_r) x_e  <= or >=  bound_r
"""

import argparse
import json
import os
import sys

import numpy

ALL, CAMPAIGN, CAMPAIGN_SET, CELL = range(4)
REQUESTS_PER_BLOCK = 50_000
CANDIDATES_PER_BLOCK = 2_000_000
LARGEST_VIOLATION = 1e-6


class Problem:
    """A problem directory's columns, memory-mapped, with the optional ones filled in."""

    def __init__(self, directory):
        self.directory = directory
        with open(os.path.join(directory, "problem.json")) as file:
            self.attributes = json.load(file)["attributes"]
        self.offsets = self.column("offsets")
        self.slots = self.column("slots")
        requests = len(self.slots)
        self.campaign = self.column("campaign")
        self.value = self.column("value")
        self.weight = self.column("weight", numpy.ones(requests, numpy.float32))
        self.cell = self.column("cell", numpy.zeros(requests, numpy.int32))
        self.amounts = [self.amount(name) for name in self.attributes]
        self.sense = self.column("row_sense").astype(float)
        rows = len(self.sense)
        self.bound = self.column("row_bound")
        self.kind = self.column("row_scope_kind")
        self.scope = self.column("row_scope")
        self.attribute = self.column("row_attribute")
        self.share = self.column("row_share", numpy.zeros(rows))
        self.penalty = self.column("row_penalty", numpy.full(rows, numpy.inf))
        self.sets = self.campaign_sets()
        named = [self.scope[self.kind == CAMPAIGN], self.campaign, *self.sets]
        self.campaigns = 1 + max((int(each.max()) for each in named if len(each)), default=0)
        named = [self.scope[self.kind == CELL], self.cell]
        self.cells = 1 + max((int(each.max()) for each in named if len(each)), default=0)
        self.hard = numpy.isinf(self.penalty)

    def column(self, name, absent=None):
        path = os.path.join(self.directory, f"{name}.npy")
        if absent is not None and not os.path.exists(path):
            return absent
        return numpy.load(path, mmap_mode="r")

    def amount(self, attribute):
        """The attribute's amounts, or None where each candidate counts as one."""
        if attribute == "delivery" and not os.path.exists(os.path.join(self.directory, "amount_delivery.npy")):
            return None
        return self.column(f"amount_{attribute}")

    def campaign_sets(self):
        offsets = self.column("set_offsets", numpy.zeros(1, numpy.int64))
        members = self.column("set_campaign", numpy.zeros(0, numpy.int32))
        return [members[start:end] for start, end in zip(offsets[:-1], offsets[1:])]

    def blocks(self):
        """Ranges of consecutive requests that bound the memory of a pass."""
        requests = len(self.slots)
        start = 0
        while start < requests:
            full = numpy.searchsorted(self.offsets, self.offsets[start] + CANDIDATES_PER_BLOCK, side="right") - 1
            end = int(min(requests, start + REQUESTS_PER_BLOCK, max(start + 1, full)))
            yield start, end, int(self.offsets[start]), int(self.offsets[end])
            start = end


def clipped_prices(problem, prices):
    """The nearest prices that prove anything: within [0, penalty], and 0 where not a number."""
    return numpy.clip(numpy.nan_to_num(numpy.asarray(prices, float), nan=0.0), 0.0, problem.penalty)


def price_tables(problem, prices):
    """What one unit of each attribute costs in each (campaign, cell)."""
    tables = numpy.zeros((len(problem.attributes), problem.campaigns, problem.cells))
    for row in numpy.flatnonzero(prices):
        table = tables[problem.attribute[row]]
        signed = problem.sense[row] * prices[row]
        table[scope_index(problem, row)] += signed
        if problem.share[row] != 0:
            table -= problem.share[row] * signed
    return tables


def scope_index(problem, row):
    """Where a row's scope lies in a (campaign, cell) table."""
    kind, scope = problem.kind[row], problem.scope[row]
    if kind == ALL:
        return slice(None)
    if kind == CELL:
        return slice(None), scope
    return scope if kind == CAMPAIGN else problem.sets[scope]


def true_bound(problem, prices):
    """An upper bound on the optimum, from prices alone (the unsmoothed dual function).

    sum_r sense_r bound_r price_r + sum_i w_i (the sum of the slots_i largest positive reduced values of request i).
    """
    prices = clipped_prices(problem, prices)
    tables = price_tables(problem, prices)
    total = float(numpy.sum(problem.sense * problem.bound * prices))
    for start, end, first, last in problem.blocks():
        counts = numpy.diff(problem.offsets[start : end + 1])
        if last == first:
            continue
        campaign = problem.campaign[first:last]
        cell = numpy.repeat(problem.cell[start:end], counts)
        reduced = problem.value[first:last].astype(float)
        for amount, table in zip(problem.amounts, tables):
            cost = table[campaign, cell]
            reduced -= cost if amount is None else amount[first:last] * cost
        padded = numpy.zeros((end - start, int(counts.max())))
        padded[numpy.arange(padded.shape[1]) < counts[:, None]] = numpy.maximum(reduced, 0.0)
        padded.sort(axis=1)
        taken = numpy.arange(padded.shape[1], 0, -1) <= problem.slots[start:end, None]
        total += float(numpy.sum(problem.weight[start:end].astype(float) * numpy.sum(padded, 1, where=taken)))
    return total


class Delivered:
    """What an allocation does: its value and amounts by (campaign, cell), and how it fits the simple constraints."""

    def __init__(self, problem, allocation):
        campaigns, cells = problem.campaigns, problem.cells
        self.value = numpy.zeros((campaigns, cells))
        self.amounts = numpy.zeros((len(problem.attributes), campaigns, cells))
        self.absolute = numpy.zeros_like(self.amounts)
        self.simple_violation = 0.0
        if len(allocation) != len(problem.value):
            raise ValueError(f"an allocation of {len(allocation)} for {len(problem.value)} candidates")
        for start, end, first, last in problem.blocks():
            share = numpy.asarray(allocation[first:last], float)
            if not numpy.all(numpy.isfinite(share)):
                raise ValueError("the allocation holds a number that is not finite")
            owner = numpy.repeat(numpy.arange(start, end), numpy.diff(problem.offsets[start : end + 1]))
            taken = numpy.bincount(owner - start, share, end - start) - problem.slots[start:end]
            outside = max(float(numpy.max(-share, initial=0.0)), float(numpy.max(share - 1, initial=0.0)))
            self.simple_violation = max(self.simple_violation, outside, float(numpy.max(taken, initial=0.0)))
            place = problem.campaign[first:last].astype(numpy.int64) * cells + problem.cell[owner]
            weighted = problem.weight[owner].astype(float) * share
            self.value += self.sums(place, weighted * problem.value[first:last])
            for index, amount in enumerate(problem.amounts):
                amount = weighted if amount is None else weighted * amount[first:last]
                self.amounts[index] += self.sums(place, amount)
                self.absolute[index] += self.sums(place, numpy.abs(amount))

    def sums(self, place, weights):
        return numpy.bincount(place, weights, self.value.size).reshape(self.value.shape)


def scope_sums(problem, table):
    """A table's total within each row's scope, for the table of the row's attribute."""
    by_campaign, by_cell, total = table.sum(2), table.sum(1), table.sum((1, 2))
    sums = numpy.empty(len(problem.sense))
    for row, (kind, scope, attribute) in enumerate(zip(problem.kind, problem.scope, problem.attribute)):
        if kind == ALL:
            sums[row] = total[attribute]
        elif kind == CAMPAIGN:
            sums[row] = by_campaign[attribute, scope]
        elif kind == CAMPAIGN_SET:
            sums[row] = by_campaign[attribute, problem.sets[scope]].sum()
        else:
            sums[row] = by_cell[attribute, scope]
    return sums, total[problem.attribute]


def overshoots(problem, delivered, scale=1.0):
    """How far each row is beyond its bound (positive: violated), and the size it is measured against."""
    inside, total = scope_sums(problem, delivered.amounts * scale)
    excess = problem.sense * (inside - problem.share * total - problem.bound)
    inside, total = scope_sums(problem, delivered.absolute * scale)
    size = numpy.abs(1 - problem.share) * inside + numpy.abs(problem.share) * (total - inside)
    return excess, numpy.maximum(numpy.maximum(numpy.abs(problem.bound), size), 1.0)


def worst_violation(problem, delivered, scale=1.0):
    """The largest violation of a hard row, relative to max(|bound|, sum |a x|, 1)."""
    excess, size = overshoots(problem, delivered, scale)
    return float(numpy.max((excess / size)[problem.hard], initial=0.0))


def true_value(problem, delivered, scale=1.0):
    """The objective: value less the penalties of elastic rows."""
    excess, _ = overshoots(problem, delivered, scale)
    short = numpy.maximum(excess, 0.0)[~problem.hard]
    return float((delivered.value * scale).sum() - short @ problem.penalty[~problem.hard])


def within_simple_constraints(problem, allocation):
    """The allocation clipped to [0, 1] and scaled down where a request's slots are exceeded."""
    clipped = numpy.clip(numpy.asarray(allocation, float), 0.0, 1.0)
    for start, end, first, last in problem.blocks():
        counts = numpy.diff(problem.offsets[start : end + 1])
        owner = numpy.repeat(numpy.arange(end - start), counts)
        taken = numpy.bincount(owner, clipped[first:last], end - start)
        factor = numpy.minimum(1.0, problem.slots[start:end] / numpy.maximum(taken, 1e-300))
        clipped[first:last] *= factor[owner]
    return clipped


def scaling_repair(problem, delivered, rounds=1000):
    """Factors in [0, 1] by (campaign, cell) after which no hard row is violated.

    Scales down the scope of each violated hard row in turn. Amounts that are not negative are assumed, as in every
    family that this folder generates. A share row's total shrinks with its scope, hence the other formula; other
    rows' repairs can violate it anew, hence the rounds.
    """
    scale = numpy.ones_like(delivered.value)
    for _ in range(rounds):
        excess, size = overshoots(problem, delivered, scale)
        violated = numpy.flatnonzero((excess / size > LARGEST_VIOLATION / 10) & problem.hard)
        if len(violated) == 0:
            break
        inside, total = scope_sums(problem, delivered.amounts * scale)
        for row in violated:
            share = problem.share[row]
            allowed = problem.bound[row] + share * (total[row] - inside[row])
            factor = numpy.clip(allowed / ((1 - share) * inside[row]), 0.0, 1.0)
            scale[scope_index(problem, row)] *= factor
    return scale


def check(directory, prices, allocation, repair):
    """Bound, value and violations of an answer; with `repair`, those of the repaired answer too."""
    problem = Problem(directory)
    bound = true_bound(problem, prices)
    delivered = Delivered(problem, allocation)

    def relative(value):
        return (bound - value) / max(abs(bound), 1e-9)

    value = true_value(problem, delivered)
    report = {
        "candidates": len(problem.value),
        "rows": len(problem.sense),
        "bound": bound,
        "value": value,
        "gap": relative(value),
        "rowViolation": worst_violation(problem, delivered),
        "simpleViolation": delivered.simple_violation,
    }
    if repair:
        delivered = Delivered(problem, within_simple_constraints(problem, allocation))
        scale = scaling_repair(problem, delivered)
        report["repairedValue"] = true_value(problem, delivered, scale)
        report["repairedGap"] = relative(report["repairedValue"])
        report["repairedRowViolation"] = worst_violation(problem, delivered, scale)
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problem", metavar="PROBLEM", help="problem directory")
    parser.add_argument("--prices", required=True, metavar="FILE", help="price.npy, one per row")
    parser.add_argument("--allocation", required=True, metavar="FILE", help="allocation.npy, one per candidate")
    parser.add_argument("--repair", action="store_true", help="also scale the answer into the hard rows")
    arguments = parser.parse_args()
    allocation = numpy.load(arguments.allocation, mmap_mode="r")
    report = check(arguments.problem, numpy.load(arguments.prices), allocation, arguments.repair)
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
