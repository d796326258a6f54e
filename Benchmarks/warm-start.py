#!/usr/bin/env python3
"""How much of a cold solve's work a warm one takes after every bound of a market has moved.

Needs NumPy and a release build of `oasis`.

  warm-start.py --instances caps-0.2M,all-0.2M      a few seconds
  warm-start.py                                     three sizes, five seeds; some minutes
  warm-start.py --change 0.1 --gaps 1e-3            bounds that moved by a tenth

An instance is solved. Then each of its bounds is multiplied by 1 + change or 1 - change: by a coin for each row (random),
all up, or all down. The changed market is solved twice: cold, and from the prices of the first solve (--prices). Passes
and conjugate-gradient passes are those that `oasis solve` writes into certificate.json; the ratio is warm over cold, of
passes alone and of both together. Medians and the worst are over seeds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"0.2M": (10_000, 100), "4M": (200_000, 1_000), "20M": (1_000_000, 10_000)}
FAMILIES = ["caps", "loss", "guarantee", "share", "all"]
CHANGES = ["random", "up", "down"]
HEADINGS = ["instance", "gap", "change", "seeds", "cold", "warm", "passes", "worst", "with CG", "worst"]


def prepare_instance(data, name, seed):
    """The instance's directory, drawn unless it is there."""
    family, size = name.split("-", 1)
    directory = os.path.join(data, f"{name}-s{seed}")
    if not os.path.exists(os.path.join(directory, "problem.json")):
        requests, campaigns = SIZES[size]
        command = [sys.executable, os.path.join(HERE, "make-instance.py"), directory, "--family", family]
        command += ["--requests", str(requests), "--campaigns", str(campaigns), "--seed", str(seed)]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return directory


def changed_instance(directory, folder, part, change, seed):
    """The same market with other bounds: every file but one is a link."""
    for name in os.listdir(directory):
        if name != "row_bound.npy":
            os.symlink(os.path.join(os.path.abspath(directory), name), os.path.join(folder, name))
    bounds = numpy.load(os.path.join(directory, "row_bound.npy"))
    sign = {"up": 1.0, "down": -1.0}.get(change)
    if sign is None:
        sign = numpy.random.default_rng([seed, 99]).choice([-1.0, 1.0], len(bounds))
    numpy.save(os.path.join(folder, "row_bound.npy"), bounds * (1 + part * sign))
    return folder


def solve(arguments, directory, gap, answer, prices=None):
    command = [arguments.oasis, "solve", directory, "--out", answer, "--json"]
    command += ["--gap", str(gap), "--threads", str(arguments.threads)]
    command += ["--prices", prices] if prices else []
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    with open(os.path.join(answer, "certificate.json")) as file:
        certificate = json.load(file)
    if not certificate["relativeGap"] <= gap:
        raise SystemExit(f"{directory}: a gap of {gap:g} was not reached, but {certificate['relativeGap']:g}")
    return certificate


def measure(arguments, name, seed, gap):
    """One market solved, and solved again after each change of its bounds."""
    directory = prepare_instance(arguments.data, name, seed)
    results = []
    with tempfile.TemporaryDirectory() as before:
        solve(arguments, directory, gap, before)
        prices = os.path.join(before, "price.npy")
        for change in arguments.changes:
            with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as answer:
                changed = changed_instance(directory, folder, arguments.change, change, seed)
                cold = solve(arguments, changed, gap, answer)
                warm = solve(arguments, changed, gap, answer, prices)
            results.append({"instance": name, "gap": gap, "change": change, "seed": seed, "cold": cold, "warm": warm})
    return results


def work(certificate):
    return certificate["passes"] + certificate["conjugateGradientPasses"]


def counts(certificates):
    passes = statistics.median(each["passes"] for each in certificates)
    products = statistics.median(each["conjugateGradientPasses"] for each in certificates)
    return f"{passes:.2f} + {products:.2f}"


def table_row(results):
    passes = [each["warm"]["passes"] / each["cold"]["passes"] for each in results]
    total = [work(each["warm"]) / work(each["cold"]) for each in results]
    first = results[0]
    return [
        first["instance"],
        f"{first['gap']:.0e}".replace("e-0", "e-"),
        first["change"],
        str(len(results)),
        counts([each["cold"] for each in results]),
        counts([each["warm"] for each in results]),
        *(f"{number:.3f}" for ratios in (passes, total) for number in (statistics.median(ratios), max(ratios))),
    ]


def render(rows):
    widths = [max(len(row[column]) for row in [HEADINGS, *rows]) for column in range(len(HEADINGS))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in [HEADINGS, *rows]]
    lines.insert(1, "|".join("-" * (width + 2) for width in widths)[1:-1])
    return "\n".join(f"| {line} |" if index != 1 else f"|-{line}-|" for index, line in enumerate(lines))


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.path.join(os.path.dirname(HERE), ".build-release", "release", "oasis")
    instances = ",".join(f"{family}-{size}" for size in SIZES for family in ("caps", "all"))
    add = parser.add_argument
    add("--oasis", default=default, metavar="FILE", help="the release build; default .build-release/release/oasis")
    add("--instances", default=instances, metavar="LIST", help=f"family-size; default {instances}")
    add("--seeds", default="11..15", help="such as 1..5 or 1,4; default 11..15")
    add("--gaps", default="1e-3,1e-4", metavar="LIST", help="default 1e-3,1e-4")
    add("--change", type=float, default=0.05, metavar="PART", help="by which bounds move; default 0.05")
    add("--changes", default=",".join(CHANGES), metavar="LIST", help=f"default {','.join(CHANGES)}")
    add("--threads", type=int, default=2, help="default 2")
    add("--data", default=os.path.join(tempfile.gettempdir(), "oasis-instances"), metavar="DIR", help="instances kept")
    arguments = parser.parse_args()
    interpret(parser, arguments)
    return arguments


def interpret(parser, arguments):
    """Lists from texts, refused with what was expected."""
    arguments.instances = arguments.instances.split(",")
    for name in arguments.instances:
        family, _, size = name.partition("-")
        if family not in FAMILIES or size not in SIZES:
            parser.error(f"--instances: {name} is not one of {{{','.join(FAMILIES)}}}-{{{','.join(SIZES)}}}")
    arguments.changes = arguments.changes.split(",")
    if not set(arguments.changes) <= set(CHANGES):
        parser.error(f"--changes are among {', '.join(CHANGES)}")
    if not 0 < arguments.change < 1:
        parser.error("--change is between 0 and 1, such as 0.05")
    try:
        first, dots, last = arguments.seeds.partition("..")
        seeds = range(int(first), int(last) + 1) if dots else arguments.seeds.split(",")
        arguments.seeds = [int(seed) for seed in seeds]
        arguments.gaps = [float(gap) for gap in arguments.gaps.split(",")]
    except ValueError:
        parser.error("--seeds is such as 1..5 or 1,4, and --gaps such as 1e-3,1e-4")
    if not os.access(arguments.oasis, os.X_OK):
        parser.error(f"{arguments.oasis} is not there: swift build -c release --product oasis, or name it by --oasis")


def main():
    arguments = parse()
    os.makedirs(arguments.data, exist_ok=True)
    rows = []
    for name in arguments.instances:
        for gap in arguments.gaps:
            results = [each for seed in arguments.seeds for each in measure(arguments, name, seed, gap)]
            for change in arguments.changes:
                rows.append(table_row([each for each in results if each["change"] == change]))
                print(" ".join(rows[-1]), file=sys.stderr, flush=True)
    print(render(rows))


if __name__ == "__main__":
    main()
