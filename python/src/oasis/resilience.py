"""When to stop calling a server, and when to call it twice: pure state, with time as an argument."""

from __future__ import annotations

import collections
import dataclasses
import enum
import math

__all__ = ["BreakerSettings", "BreakerState", "CircuitBreaker", "HedgePolicy", "HedgeSettings", "Permit"]


@dataclasses.dataclass(frozen=True)
class BreakerSettings:
    """When a circuit breaker opens, and for how long.

    Attributes:
        window_calls: Outcomes that are remembered while closed.
        window_calls_minimum: Fewest remembered outcomes that can open it.
        failure_share: Part of the remembered outcomes that must be failures, above 0 and at most 1.
        open_seconds: How long it stays open the first time.
        open_seconds_maximum: How long it stays open at most, after trials that failed.
        trials_to_close: Successful trials in a row that close it.
        trial_patience_seconds: A trial without an outcome is given up after this long.
    """

    window_calls: int = 20
    window_calls_minimum: int = 5
    failure_share: float = 0.5
    open_seconds: float = 1.0
    open_seconds_maximum: float = 30.0
    trials_to_close: int = 2
    trial_patience_seconds: float = 10.0

    def __post_init__(self) -> None:
        if min(self.window_calls, self.window_calls_minimum, self.trials_to_close) < 1:
            raise ValueError("counts must be at least 1")
        if not 0 < self.failure_share <= 1:
            raise ValueError(f"failure_share must be above 0 and at most 1, but is {self.failure_share}")


class BreakerState(enum.Enum):
    """What a breaker does with calls: lets all, none, or one at a time through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclasses.dataclass(frozen=True)
class Permit:
    """Permission for one call; what became of the call is reported with it."""

    stretch: int


class CircuitBreaker:
    """Stops calls to a server that does not answer, and finds out when it does again.

    Closed, every call is let through and its outcome counted. When enough of the last calls failed, it opens: nothing
    is sent for a while. Then it is half open: one call at a time goes through as a trial. A few successes in a row
    close it, one failure opens it again, for twice as long as before, up to a limit.

    Times are seconds of any clock that does not go back. Not safe for threads by itself.
    """

    def __init__(self, settings: BreakerSettings = BreakerSettings()) -> None:
        self._settings = settings
        self._state = BreakerState.CLOSED
        self._outcomes: collections.deque[bool] = collections.deque(maxlen=settings.window_calls)
        self._until = 0.0
        self._open_seconds = settings.open_seconds
        self._successes = 0
        self._trial_since: float | None = None
        # Outcomes of calls that were let through in an earlier stretch say nothing about this one.
        self._stretch = 0

    def state(self, now: float) -> BreakerState:
        """What it does with calls now."""
        if self._state is BreakerState.OPEN and now >= self._until:
            return BreakerState.HALF_OPEN
        return self._state

    def permit(self, now: float) -> Permit | None:
        """Permission to send one call; None when it must not be sent."""
        if self._state is BreakerState.CLOSED:
            return Permit(self._stretch)
        if self._state is BreakerState.OPEN:
            if now < self._until:
                return None
            self._enter(BreakerState.HALF_OPEN)
            self._successes = 0
        elif self._trial_since is not None and now - self._trial_since < self._settings.trial_patience_seconds:
            return None
        self._trial_since = now
        return Permit(self._stretch)

    def succeeded(self, permit: Permit) -> None:
        """The call was answered as it should be."""
        if permit.stretch != self._stretch:
            return
        if self._state is BreakerState.CLOSED:
            self._outcomes.append(True)
        elif self._state is BreakerState.HALF_OPEN:
            self._trial_since = None
            self._successes += 1
            if self._successes >= self._settings.trials_to_close:
                self._open_seconds = self._settings.open_seconds
                self._enter(BreakerState.CLOSED)
                self._outcomes.clear()

    def failed(self, permit: Permit, now: float) -> None:
        """The call had no answer, or one that says that the server cannot answer."""
        if permit.stretch != self._stretch:
            return
        if self._state is BreakerState.CLOSED:
            self._outcomes.append(False)
            count = len(self._outcomes)
            failures = count - sum(self._outcomes)
            least = min(self._settings.window_calls_minimum, self._settings.window_calls)
            if count >= least and failures >= self._settings.failure_share * count:
                self._open(now)
        elif self._state is BreakerState.HALF_OPEN:
            self._open_seconds = min(self._open_seconds * 2, self._settings.open_seconds_maximum)
            self._open(now)

    def withdrawn(self, permit: Permit) -> None:
        """The call was given up before anything could be known of it."""
        if permit.stretch == self._stretch:
            self._trial_since = None

    def _open(self, now: float) -> None:
        self._enter(BreakerState.OPEN)
        self._until = now + self._open_seconds

    def _enter(self, state: BreakerState) -> None:
        self._state = state
        self._stretch += 1
        self._trial_since = None


@dataclasses.dataclass(frozen=True)
class HedgeSettings:
    """How eagerly to try a call again.

    Attributes:
        window_calls: Latencies that are remembered.
        window_calls_minimum: Fewest remembered latencies that a quantile may be taken of; before that, nothing is
            tried twice because it is slow.
        quantile: Which quantile of the latencies a call must exceed, above 0 and below 1.
        delay_minimum_seconds: No second try comes sooner than this.
        budget_share: Second tries for each call at most, in the long run; 0 never tries twice.
        budget_maximum: Second tries that can be saved up.
    """

    window_calls: int = 200
    window_calls_minimum: int = 20
    quantile: float = 0.95
    delay_minimum_seconds: float = 0.001
    budget_share: float = 0.05
    budget_maximum: float = 10.0

    def __post_init__(self) -> None:
        if min(self.window_calls, self.window_calls_minimum) < 1:
            raise ValueError("counts must be at least 1")
        if not 0 < self.quantile < 1:
            raise ValueError(f"quantile must be above 0 and below 1, but is {self.quantile}")
        if self.budget_share < 0 or self.budget_maximum < 1:
            raise ValueError("a budget must hold at least one try")


class HedgePolicy:
    """Says after how long a call without an answer is worth a second try, and keeps such tries few.

    The delay is a high quantile of recent latencies, so that only the slow tail is tried twice; a budget bounds the
    share of calls even when everything becomes slow at once. Not safe for threads by itself.
    """

    def __init__(self, settings: HedgeSettings = HedgeSettings()) -> None:
        self._settings = settings
        self._latencies: collections.deque[float] = collections.deque(maxlen=settings.window_calls)
        self._budget = 0.0 if settings.budget_share == 0 else 1.0
        self._delay: float | None = None
        self._since_delay = 0

    def begin(self) -> float | None:
        """A call begins: it saves up its share of a second try.

        Returns:
            After how many seconds a second try is worth it; None for never.
        """
        self._budget = min(self._settings.budget_maximum, self._budget + self._settings.budget_share)
        return self._delay

    def take_try(self) -> bool:
        """Takes a second try out of the budget; False when there is none."""
        # Shares such as 0.05 do not add up to exactly 1.
        if self._budget < 1 - 1e-9:
            return False
        self._budget -= 1
        return True

    def answered(self, seconds: float) -> None:
        """A call was answered, this long after it was sent."""
        self._latencies.append(seconds)
        self._since_delay += 1
        count = len(self._latencies)
        if count < min(self._settings.window_calls_minimum, self._settings.window_calls):
            return
        # Sorting for every call would cost more than the quantile is worth.
        if self._delay is not None and self._since_delay * 10 < count:
            return
        self._since_delay = 0
        rank = max(0, math.ceil(self._settings.quantile * count) - 1)
        self._delay = max(self._settings.delay_minimum_seconds, sorted(self._latencies)[rank])
