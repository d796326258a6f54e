"""What several tests share: a real server with a market in it."""

from __future__ import annotations

import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator

import pytest

from oasis import _abi

ROOT = pathlib.Path(__file__).resolve().parents[2]

POLICY = """
scale: utility
objectives: {stream: 1.0, save: 0.5, newListener: 0.25}
rows:
  - {name: loss, attribute: listenerLoss, scope: {each: cell}, sense: atMost, measure: organicShare, bound: 0.001}
guardrails: {maxBoost: 0.5, maxPromotedPerSlate: 3, minimumOrganicPercentile: 0.02, holdout: 1000, holdoutSalt: a,
  disabledSurfaces: [], isPromotionStopped: false}
guarantees: {penalty: 1.0, margin: 0.05}
commission: {basis: promoted, royaltyPerStream: {micros: 4000, currency: EUR}}
randomization: {smoothing: 0.02, explorationShare: 0.1}
"""


def campaigns(count: int) -> str:
    """Campaigns of two tracks each; every third has a cap."""
    lines = ["licensors:", "  - {id: licensor-1, title: Small Label, tier: independent}", "campaigns:"]
    for number in range(count):
        cap = ", dailyCap: 1000" if number % 3 == 0 else ""
        lines.append(
            f"  - {{id: campaign-{number}, title: Song {number}, song: song-{number}, artist: artist-{number},"
            f" tracks: [track-{2 * number}, track-{2 * number + 1}], licensor: licensor-1,"
            f' start: "2020-01-01T00:00:00Z", commissionRate: 3000{cap}}}'
        )
    return "\n".join(lines) + "\n"


def program() -> pathlib.Path:
    """The `oasis` command; without it, tests against it cannot run."""
    path = pathlib.Path(os.environ.get("OASIS_PROGRAM", ROOT / ".build" / "debug" / "oasis"))
    if not path.exists():
        pytest.skip(f"{path} is not there: build it, or name it with OASIS_PROGRAM")
    return path.resolve()


def _has_library() -> bool:
    try:
        _abi.library()
    except ImportError:
        return False
    return True


#: Marks tests that cannot run without liboasis.
needs_library = pytest.mark.skipif(not _has_library(), reason="liboasis is not there: run scripts/build-c-library")


class Server:
    """`oasis serve` on ports that the system chooses, with the market's time taken from requests."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        (folder / "policy.yaml").write_text(POLICY)
        (folder / "campaigns.yaml").write_text(campaigns(40))
        (folder / "serve.yaml").write_text(
            "data: data\npolicyFile: policy.yaml\ncampaignsFile: campaigns.yaml\nscoring: {port: 0}\nconsole: {port: 0}\n"
            "planner: {everySeconds: 1, sampleSize: 2000, requestsPerDay: 2000}\n"
            'clock: {source: requests, start: "2026-11-24T08:00:00Z"}\n'
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OASIS_")}
        self.process = subprocess.Popen(
            [str(program()), "serve", "--config", str(folder / "serve.yaml")],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        assert self.process.stdout is not None
        found: dict[str, str] = {}
        for line in self.process.stdout:
            match = re.match(r"(\w+)\s+(http://\S+)", line)
            if match:
                found[match.group(1)] = match.group(2)
            if {"scoring", "console"} <= found.keys():
                break
        else:
            raise RuntimeError("the server did not start")
        self.address = found["scoring"]
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/health/ready", timeout=5) as answer:
                    if answer.status == 200 and any(self.snapshots.glob("snapshot-*.oasis")):
                        return
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError("the server is not ready")

    @property
    def snapshots(self) -> pathlib.Path:
        return self.folder / "data" / "snapshots"

    @property
    def receipt_key(self) -> pathlib.Path:
        return self.folder / "data" / "receipt.key"

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def stall(self) -> None:
        """Stops it in the middle of whatever it does: its ports are open, and nobody answers."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def server(tmp_path: pathlib.Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.go_on()
    running.kill()
