#!/usr/bin/env python3
"""Compare `oasis solve` with general LP solvers, and check every answer.

Needs Python 3.11 or newer, pip's access to PyPI on the first run, and a release build of `oasis`.

  solver-peers.py --quick                                     0.2 million candidates; a minute or two
  solver-peers.py --instances caps-4M,all-4M                  the comparison that the README quotes
  solver-peers.py --instances caps-4M,all-4M --only oasis     medians of five seeds, no peers
  solver-peers.py --instances caps-20M,all-20M --seeds 1 --only oasis,ortools-pdlp --peer-time-limit 1200
  solver-peers.py --instances caps-4M --tolerances 1e-3,3e-4,1e-4     tighten a peer until its true gap is reached

Peers are installed into an environment of their own (--environment), instances are drawn by make-instance.py into
--data and kept there. Each solver runs in a process of its own, one at a time, on the same files. Then solver_check.py
judges its prices and allocation in float64, without believing what the solver says of itself. Peers get rows scaled to
a norm of 1, which makes them faster.

Peers: ortools-pdlp (OR-Tools' PDLP), highs-pdlp, highs-ipm (HiGHS; too slow beyond 0.2M, so only run there).
Seconds are the solver's own: for a peer the solve call alone, for oasis what its certificate states.
"""

import argparse
import datetime
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ["numpy", "scipy", "ortools", "highspy"]
UNAVAILABLE = ["dualip"]
SIZES = {"0.2M": (10_000, 100), "4M": (200_000, 1_000), "20M": (1_000_000, 10_000)}
FAMILIES = ["caps", "loss", "guarantee", "share", "all"]
PEERS = ["ortools-pdlp", "highs-pdlp", "highs-ipm"]
NAMES = {"oasis": "oasis", "ortools-pdlp": "OR-Tools PDLP", "highs-pdlp": "HiGHS PDLP", "highs-ipm": "HiGHS IPM"}
ONLY_SMALL = ["highs-ipm"]
LARGEST_VIOLATION = 1e-6
LOADING_ALLOWANCE = 300
HEADINGS = [
    ("instance", "instance"),
    ("solver", "solver"),
    ("seeds", "seeds"),
    ("runs", "runs"),
    ("threads", "threads"),
    ("seconds", "solve s"),
    ("ratio", "× oasis"),
    ("processSeconds", "process s"),
    ("processorSeconds", "CPU s"),
    ("passes", "passes"),
    ("peakGigabytes", "peak GB"),
    ("gap", "true gap"),
    ("rowViolation", "hard rows over"),
    ("simpleViolation", "slots over"),
    ("note", "note"),
]


def say(text):
    print(text, file=sys.stderr, flush=True)


def prepare_environment(folder):
    """The environment's Python, made and filled on first use."""
    python = os.path.join(folder, "bin", "python")
    ready = os.path.join(folder, "installed.txt")
    if not os.path.exists(ready):
        say(f"installing {', '.join(PACKAGES)} into {folder}")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        answer = subprocess.run([python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True)
        with open(ready, "w") as file:
            file.write(answer.stdout)
    return python


def versions(environment):
    with open(os.path.join(environment, "installed.txt")) as file:
        pins = dict(line.strip().split("==") for line in file if "==" in line)
    return {name: pins.get(name, "unknown") for name in PACKAGES}


def missing_peers(python):
    """Peers that PyPI does not have: pip's own word, so that nobody takes silence for a result."""
    notes = []
    for name in UNAVAILABLE:
        with tempfile.TemporaryDirectory() as folder:
            command = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, name]
            answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode == 0:
            notes.append(f"{name}: PyPI has a package of this name; it is not driven by this script, so not measured")
        else:
            last = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
            notes.append(f"{name}: not measured, since pip cannot get it ({last})")
    return notes


def prepare_instance(python, data, name, seed):
    """The instance's directory, drawn unless it is there."""
    family, size = name.split("-", 1)
    directory = os.path.join(data, f"{name}-s{seed}")
    if not os.path.exists(os.path.join(directory, "problem.json")):
        requests, campaigns = SIZES[size]
        command = [python, os.path.join(HERE, "make-instance.py"), directory, "--family", family]
        command += ["--requests", str(requests), "--campaigns", str(campaigns), "--seed", str(seed)]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return directory


def run_measured(command, limit):
    """Exit code (None when stopped), what was complained of, and what a process took."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        stopped = False
        while True:
            identifier, status, usage = os.wait4(process.pid, os.WNOHANG)
            if identifier:
                break
            if not stopped and time.perf_counter() - started > limit:
                stopped = True
                process.kill()
            time.sleep(0.005)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        complaint = errors.read().decode()
    unit = 1 if sys.platform == "darwin" else 1024
    facts = {
        "processSeconds": seconds,
        "processorSeconds": usage.ru_utime + usage.ru_stime,
        "peakGigabytes": usage.ru_maxrss * unit / 1e9,
    }
    return None if stopped else process.returncode, complaint, facts


def last_line(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1][:100] if lines else "no message"


def run_oasis(arguments, directory, answer):
    command = [arguments.oasis, "solve", directory, "--out", answer, "--json"]
    command += ["--gap", str(arguments.gap), "--threads", str(arguments.threads)]
    code, complaint, facts = run_measured(command, arguments.peer_time_limit + LOADING_ALLOWANCE)
    if code is None or not os.path.exists(os.path.join(answer, "certificate.json")):
        return facts | {"note": f"no answer: {last_line(complaint)}" if code is not None else "stopped at its time"}
    with open(os.path.join(answer, "certificate.json")) as file:
        certificate = json.load(file)
    passes, conjugate = certificate["passes"], certificate["conjugateGradientPasses"]
    return facts | {
        "seconds": certificate["seconds"],
        "fullPasses": passes,
        "conjugateGradientPasses": conjugate,
        "certificate": certificate,
        "digest": digest(answer),
        "note": "" if code == 0 else "gap not reached",
    }


def digest(answer):
    """One number for the bytes of an answer: runs of oasis on the same instance must agree in every bit."""
    sums = hashlib.sha256()
    for name in ("price.npy", "allocation.npy"):
        with open(os.path.join(answer, name), "rb") as file:
            sums.update(hashlib.file_digest(file, "sha256").digest())
    return sums.hexdigest()


def run_peer(arguments, python, peer, tolerance, directory, answer):
    limit = arguments.peer_time_limit
    command = [python, os.path.join(HERE, "solver_peer.py"), directory, answer, "--peer", peer]
    command += ["--tolerance", str(tolerance), "--threads", str(arguments.threads), "--time-limit", str(limit)]
    code, complaint, facts = run_measured(command, limit + LOADING_ALLOWANCE)
    if code is None:
        return facts | {"note": f"stopped: nothing after {limit:g} s + {LOADING_ALLOWANCE} s for loading"}
    if code < 0:
        return facts | {"note": f"ended by signal {-code} (9: often out of memory)"}
    if code != 0:
        return facts | {"note": last_line(complaint)}
    with open(os.path.join(answer, "peer.json")) as file:
        report = json.load(file)
    facts |= {"seconds": report["seconds"], "fullPasses": report["passes"]}
    return facts | {"note": "" if report["reached"] else f"stopped at {limit:g} s: {report['reason']}"}


def check(python, directory, answer, repair):
    command = [python, os.path.join(HERE, "solver_check.py"), directory]
    for name in ("prices", "allocation"):
        command += [f"--{name}", os.path.join(answer, f"{name.replace('prices', 'price')}.npy")]
    report = subprocess.run(command + ["--repair"] * repair, check=True, capture_output=True, text=True)
    return json.loads(report.stdout)


def measure(arguments, python, name, seed, solver, tolerance):
    """One solver on one instance, run and checked."""
    directory = prepare_instance(python, arguments.data, name, seed)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as answer:
        if solver == "oasis":
            result = run_oasis(arguments, directory, answer)
        else:
            result = run_peer(arguments, python, solver, tolerance, directory, answer)
        result |= {"instance": name, "seed": seed, "solver": solver, "tolerance": tolerance, "loadBefore": load}
        if "seconds" in result:
            result["check"] = check(python, directory, answer, repair=solver != "oasis")
            judge(result, arguments.gap)
    say(f"{name} seed {seed} {label(result)}: " + ", ".join(brief(result)))
    return result


def judge(result, gap):
    """The gap that counts: for an answer that breaks constraints, the one after it was repaired."""
    found = result["check"]
    result["rowViolation"], result["simpleViolation"] = found["rowViolation"], found["simpleViolation"]
    result["gap"] = found.get("repairedGap", found["gap"])
    rows = found.get("repairedRowViolation", found["rowViolation"])
    held = rows <= LARGEST_VIOLATION and (result["solver"] != "oasis" or found["simpleViolation"] <= LARGEST_VIOLATION)
    if result["solver"] == "oasis":
        stated = result["certificate"]
        error = abs(found["bound"] - stated["dualBound"]) + abs(found["value"] - stated["feasibleValue"])
        if not held or error > 1e-6 * abs(found["bound"]):
            result["note"] = "WRONG CERTIFICATE"
    result["proven"] = held and result["gap"] <= gap and result["note"] != "WRONG CERTIFICATE"


def brief(result):
    if "seconds" not in result:
        return [result["note"]]
    parts = [f"{result['seconds']:.3f} s", f"true gap {result['gap']:.1e}"]
    return parts + [result["note"]] * bool(result["note"])


def label(result):
    name = NAMES[result["solver"]]
    return name if result["solver"] == "oasis" else f"{name} at {scientific(result['tolerance'])}"


def scientific(number):
    return f"{number:.0e}".replace("e-0", "e-")


def run_all(arguments, python):
    results = []
    for name in arguments.instances:
        for seed in arguments.seeds:
            for solver in arguments.only:
                if solver in ONLY_SMALL and not name.endswith("-0.2M"):
                    continue
                if solver == "oasis":
                    results += again(arguments, python, name, seed)
                elif seed in arguments.seeds[: arguments.peer_seeds]:
                    results += tighten(arguments, python, name, seed, solver)
                    results += again(arguments, python, name, seed)
    return results


def again(arguments, python, name, seed):
    """oasis, run before and after each peer: on a busy machine one short run says little."""
    return [measure(arguments, python, name, seed, "oasis", arguments.gap)] if "oasis" in arguments.only else []


def tighten(arguments, python, name, seed, solver):
    """A peer at each tolerance in turn, until its true gap is small enough or it runs out of time."""
    results = []
    for tolerance in arguments.tolerances:
        results.append(measure(arguments, python, name, seed, solver, tolerance))
        if results[-1].get("proven") or results[-1]["note"]:
            break
    return results


def median(facts, key):
    values = [fact[key] for fact in facts if fact.get(key) is not None]
    return statistics.median(values) if values else None


def worst(facts, key):
    return max((fact[key] for fact in facts if fact.get(key) is not None), default=None)


def grouped(items, *keys):
    groups = {}
    for item in items:
        groups.setdefault(tuple(item[key] for key in keys), []).append(item)
    return groups


MEDIANS = ["seconds", "processSeconds", "processorSeconds", "peakGigabytes"]
MEDIANS += ["gap", "fullPasses", "conjugateGradientPasses"]


def seed_facts(runs):
    """Runs of one solver on one instance, as one."""
    facts = {key: median(runs, key) for key in MEDIANS}
    facts |= {key: worst(runs, key) for key in ("rowViolation", "simpleViolation")}
    notes = {run["note"] for run in runs if run["note"]}
    if any("check" in run and not run["proven"] for run in runs):
        notes.add("true gap above the target")
    if len({run["digest"] for run in runs if "digest" in run}) > 1:
        notes.add("RUNS DIFFER")
    if facts["seconds"] and facts["conjugateGradientPasses"] is not None:
        facts["candidatesPerSecond"] = statistics.median(pass_speed(run) for run in runs if "seconds" in run)
    return facts | {"runs": len(runs), "notes": notes}


def summarise(results, threads):
    """One row per instance and solver: medians over seeds, the worst violations, and median ratios of times."""
    results = [result | {"label": label(result)} for result in results]
    own = {key: median(runs, "seconds") for key, runs in grouped(results, "instance", "seed", "solver").items()}
    table = []
    for (instance, solver), group in grouped(results, "instance", "label").items():
        seeds = []
        for (seed,), runs in grouped(group, "seed").items():
            facts, mine = seed_facts(runs), own.get((instance, seed, "oasis"))
            seeds.append(facts | {"ratio": facts["seconds"] / mine if facts["seconds"] and mine else None})
        row = {"instance": instance, "solver": solver, "seeds": len(seeds), "threads": threads, "runs": len(group)}
        row |= {key: median(seeds, key) for key in [*MEDIANS, "ratio", "candidatesPerSecond"]}
        row |= {key: worst(seeds, key) for key in ("rowViolation", "simpleViolation")}
        table.append(row | {"note": "; ".join(sorted(set().union(*(facts["notes"] for facts in seeds))))})
    return table


def pass_speed(result):
    passes = result["fullPasses"] + result["conjugateGradientPasses"]
    return result["check"]["candidates"] * passes / result["seconds"]


def formatted(row):
    def number(key, form):
        return "–" if row[key] is None else form.format(row[key])

    passes = number("fullPasses", "{:.0f}")
    if row["conjugateGradientPasses"] is not None:
        passes += number("conjugateGradientPasses", " + {:.0f}")
    return row | {
        "seeds": str(row["seeds"]),
        "runs": str(row["runs"]),
        "threads": str(row["threads"]),
        "seconds": number("seconds", "{:.3g}"),
        "ratio": number("ratio", "{:.3g}"),
        "processSeconds": number("processSeconds", "{:.3g}"),
        "processorSeconds": number("processorSeconds", "{:.3g}"),
        "passes": passes,
        "peakGigabytes": number("peakGigabytes", "{:.2f}"),
        "gap": number("gap", "{:.1e}"),
        "rowViolation": number("rowViolation", "{:.1e}"),
        "simpleViolation": number("simpleViolation", "{:.1e}"),
    }


def render(table, markdown):
    rows = [[title for _, title in HEADINGS]] + [[formatted(row)[key] for key, _ in HEADINGS] for row in table]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    if markdown:
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|" + "---|" * len(HEADINGS))
    return "\n".join(lines)


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def footnotes(arguments, table, machine, notes):
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    lines = [
        f"{machine['date']}, {machine['processors']} processors ({machine['processor']}), load {machine['load']:.1f} "
        f"at the start; Python {machine['python']}, {packages}",
        f"target: a true gap of {arguments.gap:g} with hard rows held to {LARGEST_VIOLATION:g}. Medians over seeds; "
        "violations are the worst of them. A peer's gap is that of its answer scaled into the constraints, with its "
        "own prices; its violations are those before that.",
    ]
    for row in table:
        if row["candidatesPerSecond"]:
            speed = row["candidatesPerSecond"] / 1e6
            lines.append(f"{row['instance']}: oasis went through {speed:.0f} M candidates/s, all its work counted")
    return lines + notes


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.path.join(os.path.dirname(HERE), ".build-release", "release", "oasis")
    names = f"family-size: {', '.join(FAMILIES)}; {', '.join(SIZES)}"
    add = parser.add_argument
    add("--oasis", default=default, metavar="FILE", help="the release build; default .build-release/release/oasis")
    add("--quick", action="store_true", help="short for --instances caps-0.2M,all-0.2M")
    add("--instances", default="caps-4M,all-4M", metavar="LIST", help=f"{names}; default caps-4M,all-4M")
    add("--seeds", default="1..5", help="such as 1..5 or 1,4; default 1..5")
    add("--peer-seeds", type=int, default=1, metavar="N", help="run peers on the first N seeds alone; default 1")
    add("--only", default=",".join(["oasis", *PEERS]), metavar="LIST", help="solvers to run; default all of them")
    add("--gap", type=float, default=1e-3, help="the true gap wanted, and oasis's --gap; default 1e-3")
    add("--tolerances", default="1e-3", metavar="LIST", help="peers' own relative tolerances, loosest first: 1e-3")
    add("--threads", type=int, default=2, help="for every solver; default 2")
    add("--peer-time-limit", type=float, default=600, metavar="S", help="solve seconds; default 600")
    add("--environment", default=os.path.join(HERE, ".venv"), metavar="DIR", help="default Benchmarks/.venv")
    add("--data", default=os.path.join(tempfile.gettempdir(), "oasis-instances"), metavar="DIR", help="instances kept")
    add("--markdown", action="store_true", help="print the table as Markdown")
    add("--json", action="store_true", help="print every measurement as JSON instead")
    arguments = parser.parse_args()
    interpret(parser, arguments)
    return arguments


def interpret(parser, arguments):
    """Lists from texts, refused with what was expected."""
    arguments.instances = ["caps-0.2M", "all-0.2M"] if arguments.quick else arguments.instances.split(",")
    for name in arguments.instances:
        family, _, size = name.partition("-")
        if family not in FAMILIES or size not in SIZES:
            parser.error(f"--instances: {name} is not one of {{{','.join(FAMILIES)}}}-{{{','.join(SIZES)}}}")
    arguments.only = arguments.only.split(",")
    for solver in arguments.only:
        if solver not in NAMES:
            parser.error(f"--only: {solver} is not one of {', '.join(NAMES)}")
    arguments.only.sort(key=list(NAMES).index)
    try:
        first, dots, last = arguments.seeds.partition("..")
        seeds = range(int(first), int(last) + 1) if dots else arguments.seeds.split(",")
        arguments.seeds = [int(seed) for seed in seeds]
        arguments.tolerances = [float(tolerance) for tolerance in arguments.tolerances.split(",")]
    except ValueError:
        parser.error("--seeds is such as 1..5 or 1,4, and --tolerances such as 1e-3,1e-4")
    if "oasis" in arguments.only and not os.access(arguments.oasis, os.X_OK):
        parser.error(f"{arguments.oasis} is not there: swift build -c release --product oasis, or name it by --oasis")


def main():
    arguments = parse()
    python = prepare_environment(arguments.environment)
    os.makedirs(arguments.data, exist_ok=True)
    machine = {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "packages": versions(arguments.environment),
    }
    results = run_all(arguments, python)
    table = summarise(results, arguments.threads)
    notes = missing_peers(python) if set(arguments.only) & set(PEERS) else []
    if arguments.json:
        print(json.dumps({"machine": machine, "table": table, "measurements": results, "notes": notes}, indent=1))
    else:
        print(render(table, arguments.markdown))
        bullet = "- " if arguments.markdown else ""
        print("\n" + "\n".join(bullet + line for line in footnotes(arguments, table, machine, notes)))
    wrong = [each for each in results if each["solver"] == "oasis" and not each.get("proven")]
    if wrong:
        raise SystemExit(f"{len(wrong)} answers of oasis did not prove a gap of {arguments.gap:g}")


if __name__ == "__main__":
    main()
