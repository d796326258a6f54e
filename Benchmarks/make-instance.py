#!/usr/bin/env python3
"""Make a random problem directory for `oasis solve`.

Needs NumPy alone. The same arguments always give the same bytes (with one NumPy release).

  make-instance.py /tmp/caps                                  10k requests x 100 campaigns, caps
  make-instance.py /tmp/all --family all --seed 7             every row family at once
  make-instance.py /tmp/4m --requests 200000 --campaigns 1000 about 4 million candidates
  make-instance.py /tmp/20m --requests 1000000 --campaigns 10000 --family all
  make-instance.py /tmp/mixed --slots 1-5                     slots drawn per request

How an instance is drawn:

  candidates  1 + Poisson(candidates - 1) draws per request, by popularity, each campaign at most once
  popularity  log-normal over campaigns, sigma 0.9
  value       0.02 x exp(0.7 campaign + 0.5 request + 0.5 candidate), standard normals, at most 0.5
  caps        for every campaign, U(0.3, 1.2) x max(demand, mean / 6), rounded up, where demand is what the
              campaign gets when every request takes its best candidates, and mean is slots per campaign
  loss        listenerLoss = max(0, 0.01 + 0.015 normal); each cell may lose half of what its requests
              would lose if every one took its best candidates
  guarantee   a fifth of the campaigns, 1.5 x max(demand, mean / 10) at a penalty of the 0.7 quantile of
              value; their caps are raised to 2 x max(demand, mean / 10)
  share       eight licensors: three majors, at most 14 % of deliveries each (hard), and five independents,
              together at least 62 % at a penalty of the median value
"""

import argparse
import json
import os
import time

import numpy

POPULARITY_SIGMA = 0.9
CAMPAIGN_SIGMA = 0.7
REQUEST_SIGMA = 0.5
CANDIDATE_SIGMA = 0.5
TYPICAL_VALUE = 0.02
LARGEST_VALUE = 0.5
LOSS_MEAN = 0.01
LOSS_SIGMA = 0.015
GUARANTEED_FRACTION = 0.2
LICENSOR_PROBABILITIES = [0.185, 0.185, 0.185, 0.089, 0.089, 0.089, 0.089, 0.089]
MAJORS = 3
MAJOR_CEILING = 0.14
INDEPENDENTS_FLOOR = 0.62

SCOPE_CAMPAIGN, SCOPE_SET, SCOPE_CELL = 1, 2, 3
AT_MOST, AT_LEAST = 1, -1
FAMILIES = ["caps", "loss", "guarantee", "share", "all"]
REQUESTS_PER_CHUNK = 25_000


def random_stream(seed, *path):
    """A generator of its own for each part of an instance, so that no part depends on another's draws."""
    return numpy.random.default_rng([seed, *path])


def draw_chunk(seed, chunk, slots, candidates, cumulative_popularity, campaign_effect):
    """Candidates of some consecutive requests: counts, campaigns, values, and which are best in their request."""
    requests = len(slots)
    campaigns = len(campaign_effect)
    random = random_stream(seed, 2, chunk)
    draws = 1 + random.poisson(candidates - 1, requests)
    owner = numpy.repeat(numpy.arange(requests), draws)
    drawn = numpy.searchsorted(cumulative_popularity, random.random(len(owner)), side="right")
    key = owner * campaigns + numpy.minimum(drawn, campaigns - 1)
    key.sort()
    key = key[numpy.concatenate(([True], key[1:] != key[:-1]))]
    owner, campaign = numpy.divmod(key, campaigns)
    counts = numpy.bincount(owner, minlength=requests)
    logarithm = campaign_effect[campaign]
    logarithm += numpy.repeat(REQUEST_SIGMA * random.standard_normal(requests, numpy.float32), counts)
    logarithm += numpy.float32(CANDIDATE_SIGMA) * random.standard_normal(len(key), numpy.float32)
    value = numpy.minimum(numpy.float32(TYPICAL_VALUE) * numpy.exp(logarithm), numpy.float32(LARGEST_VALUE))
    return counts, campaign.astype(numpy.int32), value, best_in_request(owner, counts, value, slots)


def best_in_request(owner, counts, value, slots):
    """Whether a candidate is among the `slots` best of its request; the earlier one wins a tie."""
    start = numpy.cumsum(counts) - counts
    position = numpy.arange(len(value)) - start[owner]
    # Positive floats sort like their bits, so one sort of packed integers ranks every request at once.
    descending = 0x7FFF_FFFF - value.view(numpy.int32).astype(numpy.int64)
    packed = (owner << 47) | (descending << 16) | position
    packed.sort()
    rank = position
    best = numpy.zeros(len(value), bool)
    chosen = packed[rank < slots[owner]]
    best[start[chosen >> 47] + (chosen & 0xFFFF)] = True
    return best


def draw_candidates(arguments, slots):
    """All requests' candidates, in chunks that keep memory small."""
    random = random_stream(arguments.seed, 1)
    popularity = numpy.exp(POPULARITY_SIGMA * random.standard_normal(arguments.campaigns))
    cumulative = numpy.cumsum(popularity / popularity.sum())
    effect = (CAMPAIGN_SIGMA * random.standard_normal(arguments.campaigns)).astype(numpy.float32)
    parts = [
        draw_chunk(
            arguments.seed, chunk, slots[start : start + REQUESTS_PER_CHUNK], arguments.candidates, cumulative, effect
        )
        for chunk, start in enumerate(range(0, arguments.requests, REQUESTS_PER_CHUNK))
    ]
    return [numpy.concatenate(column) for column in zip(*parts)]


def draw_slots(arguments):
    low, _, high = arguments.slots.partition("-")
    low, high = int(low), int(high or low)
    return random_stream(arguments.seed, 3).integers(low, high + 1, arguments.requests, dtype=numpy.int32)


class Rows:
    """Rows collected family by family, written as columns."""

    def __init__(self):
        self.parts = []

    def add(self, attribute, kind, scope, sense, bound, share=0.0, penalty=numpy.inf):
        columns = numpy.broadcast_arrays(attribute, kind, scope, sense, bound, share, penalty)
        self.parts.append([numpy.atleast_1d(column) for column in columns])

    def columns(self):
        names = ["attribute", "scope_kind", "scope", "sense", "bound", "share", "penalty"]
        types = ["<i4", "u1", "<i4", "i1", "<f8", "<f8", "<f8"]
        joined = (numpy.concatenate(column) for column in zip(*self.parts))
        return {f"row_{name}": column.astype(kind) for name, kind, column in zip(names, types, joined)}


def licensor_sets(seed, campaigns):
    """Eight licensors that divide the campaigns, and a ninth set of all independents' campaigns."""
    licensor = random_stream(seed, 6).choice(len(LICENSOR_PROBABILITIES), campaigns, p=LICENSOR_PROBABILITIES)
    members = [numpy.flatnonzero(licensor == index) for index in range(len(LICENSOR_PROBABILITIES))]
    members.append(numpy.flatnonzero(licensor >= MAJORS))
    offsets = numpy.concatenate(([0], numpy.cumsum([len(each) for each in members])))
    return offsets.astype("<i8"), numpy.concatenate(members).astype("<i4")


def make(arguments):
    family = arguments.family
    has = {name: family in (name, "all") for name in ("loss", "guarantee", "share")}
    slots = draw_slots(arguments)
    counts, campaign, value, best = draw_candidates(arguments, slots)
    columns = {
        "offsets": numpy.concatenate(([0], numpy.cumsum(counts))).astype("<i8"),
        "slots": slots,
        "campaign": campaign,
        "value": value,
        "cell": numpy.zeros(arguments.requests, "<i4"),
    }
    rows = Rows()
    demand = numpy.bincount(campaign[best], minlength=arguments.campaigns).astype(float)
    mean = slots.sum() / arguments.campaigns
    random = random_stream(arguments.seed, 4)
    caps = numpy.ceil(random.uniform(0.3, 1.2, arguments.campaigns) * numpy.maximum(demand, mean / 6))

    random = random_stream(arguments.seed, 5)
    guaranteed = random.permutation(arguments.campaigns)[: int(GUARANTEED_FRACTION * arguments.campaigns)]
    reach = numpy.maximum(demand, mean / 10)[guaranteed]
    if has["guarantee"]:
        caps[guaranteed] = numpy.maximum(caps[guaranteed], numpy.ceil(2 * reach))
    rows.add(0, SCOPE_CAMPAIGN, numpy.arange(arguments.campaigns), AT_MOST, caps)

    if has["loss"]:
        random = random_stream(arguments.seed, 7)
        cell = random.integers(0, arguments.cells, arguments.requests, dtype=numpy.int32)
        normal = random.standard_normal(len(value), numpy.float32)
        loss = numpy.maximum(numpy.float32(0), numpy.float32(LOSS_MEAN) + numpy.float32(LOSS_SIGMA) * normal)
        owner_cell = numpy.repeat(cell, counts)
        budgets = 0.5 * numpy.bincount(owner_cell[best], loss[best], arguments.cells)
        columns |= {"cell": cell, "amount_listenerLoss": loss}
        rows.add(1, SCOPE_CELL, numpy.arange(arguments.cells), AT_MOST, budgets)
    if has["guarantee"]:
        penalty = numpy.quantile(value, 0.7).astype(float)
        rows.add(0, SCOPE_CAMPAIGN, guaranteed, AT_LEAST, numpy.floor(1.5 * reach), penalty=penalty)
    if has["share"]:
        columns["set_offsets"], columns["set_campaign"] = licensor_sets(arguments.seed, arguments.campaigns)
        rows.add(0, SCOPE_SET, numpy.arange(MAJORS), AT_MOST, 0.0, share=MAJOR_CEILING)
        penalty = numpy.median(value).astype(float)
        independents = len(LICENSOR_PROBABILITIES)
        rows.add(0, SCOPE_SET, independents, AT_LEAST, 0.0, share=INDEPENDENTS_FLOOR, penalty=penalty)

    description = {
        "format": "oasis-problem/1",
        "attributes": ["delivery", "listenerLoss"] if has["loss"] else ["delivery"],
        "campaigns": arguments.campaigns,
        "cells": arguments.cells if has["loss"] else 1,
        "family": family,
        "seed": arguments.seed,
    }
    return description, columns | rows.columns()


def write(directory, description, columns):
    os.makedirs(directory, exist_ok=True)
    for name, column in columns.items():
        with open(os.path.join(directory, f"{name}.npy"), "wb") as file:
            numpy.lib.format.write_array(file, numpy.ascontiguousarray(column), version=(1, 0))
    with open(os.path.join(directory, "problem.json"), "w") as file:
        json.dump(description, file, indent=1)
        file.write("\n")


def parse(argument_list=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", metavar="OUT", help="problem directory to write; files of the same name are replaced")
    parser.add_argument("--requests", type=int, default=10_000, help="default 10000")
    parser.add_argument("--campaigns", type=int, default=100, help="default 100")
    parser.add_argument("--candidates", type=int, default=20, help="mean draws per request, 1 to 1000; default 20")
    parser.add_argument("--slots", default="2", help="per request: a number, or a range such as 1-5; default 2")
    parser.add_argument("--cells", type=int, default=12, help="cells, where the family has loss budgets; default 12")
    parser.add_argument("--family", choices=FAMILIES, default="caps", help="rows beside the caps; default caps alone")
    parser.add_argument("--seed", type=int, default=1, help="default 1")
    arguments = parser.parse_args(argument_list)
    if min(arguments.requests, arguments.campaigns, arguments.candidates, arguments.cells) < 1:
        parser.error("--requests, --campaigns, --candidates and --cells are at least 1")
    if arguments.candidates > 1000 or arguments.seed < 0:
        parser.error("--candidates is at most 1000, and --seed is not negative")
    bounds = arguments.slots.split("-")
    if len(bounds) > 2 or not all(bound.isdigit() for bound in bounds) or int(bounds[0]) > int(bounds[-1]):
        parser.error("--slots is a number such as 2, or a rising range such as 1-5")
    return arguments


def main():
    arguments = parse()
    started = time.perf_counter()
    description, columns = make(arguments)
    write(arguments.out, description, columns)
    print(
        f"{arguments.out}: {arguments.requests:,} requests, {len(columns['value']):,} candidates, "
        f"{arguments.campaigns:,} campaigns, {len(columns['row_bound']):,} rows, "
        f"{time.perf_counter() - started:.1f} s"
    )


if __name__ == "__main__":
    main()
