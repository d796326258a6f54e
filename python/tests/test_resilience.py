"""The breaker and the hedge policy are pure: every case is a sequence of moments."""

from __future__ import annotations

import random

import pytest

from oasis import BreakerSettings, BreakerState, CircuitBreaker, HedgePolicy, HedgeSettings


def fail(breaker: CircuitBreaker, now: float, times: int = 1) -> None:
    for _ in range(times):
        permit = breaker.permit(now)
        assert permit is not None
        breaker.failed(permit, now)


def test_it_stays_closed_while_fewer_than_half_of_the_calls_fail() -> None:
    breaker = CircuitBreaker()
    for moment in range(200):
        permit = breaker.permit(float(moment))
        assert permit is not None
        if moment % 5 >= 3:
            breaker.failed(permit, float(moment))
        else:
            breaker.succeeded(permit)
    assert breaker.state(200.0) is BreakerState.CLOSED


def test_it_opens_at_the_share_and_lets_nothing_through_until_its_time() -> None:
    breaker = CircuitBreaker()
    fail(breaker, 0.0, times=4)
    assert breaker.state(0.0) is BreakerState.CLOSED, "four calls prove nothing"
    fail(breaker, 0.0)
    assert breaker.state(0.0) is BreakerState.OPEN
    assert breaker.permit(0.999) is None
    assert breaker.permit(1.0) is not None


def test_half_open_it_lets_one_trial_through_at_a_time_and_closes_after_two() -> None:
    breaker = CircuitBreaker()
    fail(breaker, 0.0, times=5)
    first = breaker.permit(1.0)
    assert first is not None
    assert breaker.permit(1.0) is None, "one at a time"
    breaker.succeeded(first)
    assert breaker.state(1.0) is BreakerState.HALF_OPEN
    second = breaker.permit(1.1)
    assert second is not None
    breaker.succeeded(second)
    assert breaker.state(1.1) is BreakerState.CLOSED


def test_a_failed_trial_opens_it_for_twice_as_long_up_to_a_limit() -> None:
    breaker = CircuitBreaker(BreakerSettings(open_seconds_maximum=4.0))
    fail(breaker, 0.0, times=5)
    now = 1.0
    for length in (2.0, 4.0, 4.0):
        fail(breaker, now)
        assert breaker.permit(now + length - 0.001) is None
        now += length
        assert breaker.state(now) is BreakerState.HALF_OPEN


def test_outcomes_of_calls_from_before_it_opened_change_nothing() -> None:
    breaker = CircuitBreaker()
    late = breaker.permit(0.0)
    assert late is not None
    fail(breaker, 0.0, times=5)
    trial = breaker.permit(1.0)
    assert trial is not None
    breaker.failed(late, 1.0)
    assert breaker.state(1.0) is BreakerState.HALF_OPEN
    breaker.succeeded(late)
    breaker.succeeded(trial)
    assert breaker.state(1.0) is BreakerState.HALF_OPEN, "only the trial counted"


def test_a_trial_without_an_outcome_is_given_up() -> None:
    breaker = CircuitBreaker()
    fail(breaker, 0.0, times=5)
    assert breaker.permit(1.0) is not None
    assert breaker.permit(10.9) is None
    assert breaker.permit(11.0) is not None


def test_a_withdrawn_trial_leaves_room_for_another() -> None:
    breaker = CircuitBreaker()
    fail(breaker, 0.0, times=5)
    trial = breaker.permit(1.0)
    assert trial is not None
    breaker.withdrawn(trial)
    assert breaker.permit(1.0) is not None


def test_whatever_happens_an_open_breaker_is_asked_again() -> None:
    generator = random.Random(7)
    breaker = CircuitBreaker()
    now = 0.0
    held = []
    for _ in range(20_000):
        now += generator.random() * 0.2
        permit = breaker.permit(now)
        if permit is not None:
            held.append(permit)
        if held and generator.random() < 0.5:
            outcome = held.pop(generator.randrange(len(held)))
            if generator.random() < 0.6:
                breaker.failed(outcome, now)
            else:
                breaker.succeeded(outcome)
        if generator.random() < 0.01:
            assert breaker.permit(now + 1_000) is not None, "never shut for good"
            now += 1_000


def test_nothing_is_hedged_before_latencies_are_known() -> None:
    policy = HedgePolicy()
    for _ in range(19):
        assert policy.begin() is None
        policy.answered(0.01)
    policy.answered(0.01)
    assert policy.begin() == pytest.approx(0.01)


def test_the_delay_is_the_quantile_of_recent_latencies() -> None:
    policy = HedgePolicy(HedgeSettings(window_calls=100, window_calls_minimum=100))
    for latency in range(1, 101):
        policy.answered(latency / 1000)
    assert policy.begin() == pytest.approx(0.095)
    for _ in range(100):
        policy.answered(0.5)
    assert policy.begin() == pytest.approx(0.5), "old latencies are forgotten"


def test_second_tries_stay_within_their_share_of_calls() -> None:
    policy = HedgePolicy(HedgeSettings(budget_share=0.05, budget_maximum=10))
    tries = 0
    for _ in range(1_000):
        policy.begin()
        tries += policy.take_try()
    assert 50 <= tries <= 52


def test_saved_tries_are_bounded() -> None:
    policy = HedgePolicy(HedgeSettings(budget_share=0.05, budget_maximum=10))
    for _ in range(10_000):
        policy.begin()
    assert sum(policy.take_try() for _ in range(100)) == 10


def test_a_share_of_zero_never_tries_twice() -> None:
    policy = HedgePolicy(HedgeSettings(budget_share=0))
    for _ in range(100):
        policy.begin()
        policy.answered(0.01)
        assert not policy.take_try()
