"""The documented numbers, to the number; and what a population makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from learning.domains.baselines import Peer, baseline
from learning.fraud.checking import Known, check
from learning.fraud.detectors.context import Context
from learning.fraud.detectors.coordination import coordinated_manipulation
from learning.fraud.detectors.growth import unnatural_confidence_growth
from learning.fraud.detectors.revival import revival_gaming
from learning.fraud.detectors.selectivity import application_selectivity
from learning.fraud.detectors.success import success_rate_anomaly
from learning.fraud.detectors.temporal import temporal_manipulation
from learning.fraud.history import DAY, HOUR, MINUTE, Chance, History, Update
from learning.fraud.population import Profile
from learning.fraud.tails import share_of

NOON = 1_768_471_200.0 + 2 * HOUR  # 2026-01-15 12:00 UTC
MIDNIGHT = NOON - 12 * HOUR
ALONE = Context()
# a population whose rules hold six times in ten, and whose clocks are anything
USUAL = Profile(
    rules=200,
    overall=share_of(0.6, 20, 200),
    slot=share_of(0.05, 6, 200),
    night=share_of(0.12, 6, 200),
    beyond=share_of(0.02, 6, 200),
    applied=share_of(0.5, 8, 200),
    same=share_of(0.3, 6, 200),
    spreads=tuple(i / 100 for i in range(50, 250)),
    paces=tuple(i / 50 for i in range(1, 201)),
    exclusive=tuple(i / 1000 for i in range(200)),
    revivals=tuple(i / 100 for i in range(1, 101)),
    handovers=tuple(float(i) for i in range(60, 260)),
)
AMONG = Context(profile=USUAL)


def series(
    minutes: float, n: int, *, start: float = NOON, kinds: str = "s", step: float = 0.01
) -> list[Update]:
    """*n* updates so far apart; *kinds* is repeated: s held, f failed."""
    found, level = [], 0.5
    for i in range(n):
        held = kinds[i % len(kinds)] == "s"
        new = level + (step if held else -step)
        kind = "success" if held else "failure"
        found.append(Update(start + i * minutes * MINUTE, kind, level, new, "a1"))
        level = new
    return found


def nights(n: int, kinds: str = "s") -> list[Update]:
    return series(24 * 60, n, start=MIDNIGHT + 23.5 * HOUR, kinds=kinds)


def peers(*held: int) -> Context:
    return Context(baseline=baseline([Peer(i, n / 10) for i, n in enumerate(held)]))


class TestSuccessRate:
    @pytest.mark.parametrize(
        ("held", "counts", "score", "severity"),
        [
            ((5, 6, 7, 7, 8), (15, 0, 0), 0.5964, "medium"),
            ((5, 6, 7, 7, 8), (10, 0, 0), 0.5964, "medium"),
            ((5, 6, 6, 7, 8), (15, 0, 0), 0.6315, "medium"),
            ((6, 6, 7, 7, 6), (30, 0, 0), 1.0, "high"),
        ],
    )
    def test_it_fires_with_the_documented_score(
        self, held: tuple[int, ...], counts: tuple[int, int, int], score: float, severity: str
    ) -> None:
        signal = success_rate_anomaly(rule(counts), peers(*held))
        assert (signal.fired, signal.severity) == (True, severity)
        assert signal.score == pytest.approx(score, abs=5e-5)

    @pytest.mark.parametrize(
        ("held", "counts", "golden"),
        [
            ((6, 6, 6, 6, 6), (20, 0, 0), False),  # no spread
            ((5, 6, 7, 7, 8), (14, 1, 0), False),
            ((5, 6, 7, 7, 8), (15, 0, 2), False),
            ((5, 6, 7, 7, 8), (9, 0, 0), False),
            ((5, 6, 7, 7, 8), (15, 0, 0), True),
        ],
    )
    def test_it_is_quiet(
        self, held: tuple[int, ...], counts: tuple[int, int, int], golden: bool
    ) -> None:
        history = rule(counts)
        history.golden = golden
        assert not success_rate_anomaly(history, peers(*held)).fired

    def test_the_evidence_says_z_and_peers(self) -> None:
        evidence = success_rate_anomaly(rule((15, 0, 0)), peers(5, 6, 6, 7, 8)).evidence
        assert evidence["z_score"] == pytest.approx(3.1574, abs=1e-4)
        assert evidence["domain_avg"] == pytest.approx(0.64)
        assert evidence["domain_std"] == pytest.approx(0.1140, abs=5e-5)

    def test_a_small_domains_accident_accuses_nobody_where_many_rules_are_known(self) -> None:
        tight = peers(6, 6, 6, 7)
        good = rule((9, 1, 0))
        assert success_rate_anomaly(good, tight).fired
        known = Context(profile=USUAL, baseline=tight.baseline)
        assert not success_rate_anomaly(good, known).fired


class TestTemporal:
    @pytest.mark.parametrize(
        ("minutes", "n", "score"),
        [(61, 8, 0.70), (60, 8, 0.70), (65, 8, 0.70)],
    )
    def test_updates_as_the_cooldown_ends(self, minutes: float, n: int, score: float) -> None:
        signal = temporal_manipulation(History(1, "git", updates=series(minutes, n)), ALONE)
        assert (signal.fired, signal.severity) == (True, "medium")
        assert signal.score == pytest.approx(score)

    @pytest.mark.parametrize(
        "updates",
        [
            series(66, 8),
            series(120, 6),
            series(61, 4),
            series(0, 6),
            [
                Update(NOON + m * MINUTE, "success", 0.5, 0.51)
                for m in (0, 90, 400, 470, 1900, 2100)
            ],
        ],
        ids=["66 min", "120 min", "too few", "identical", "irregular"],
    )
    def test_it_is_quiet(self, updates: list[Update]) -> None:
        assert not temporal_manipulation(History(1, "git", updates=updates), ALONE).fired

    def test_six_nights_reach_one_and_no_more(self) -> None:
        signal = temporal_manipulation(History(1, "git", updates=nights(6)), ALONE)
        assert (signal.score, signal.severity, signal.fired) == (1.0, "high", True)

    def test_half_past_eleven_and_half_past_midnight(self) -> None:
        updates = [
            Update(MIDNIGHT - d * DAY + hour * HOUR, "success", 0.5, 0.51)
            for d in range(5)
            for hour in (0.5, 23.5)
        ]
        updates.sort(key=lambda u: u.at)
        signal = temporal_manipulation(History(1, "git", updates=updates), ALONE)
        assert (signal.score, signal.severity) == (1.0, "high")
        assert signal.evidence["coefficient_of_variation"] == pytest.approx(0.8769, abs=1e-3)

    def test_rows_of_the_product_itself_are_no_clock(self) -> None:
        faded = [u._replace(kind="decay") for u in nights(8)]
        assert not temporal_manipulation(History(1, "git", updates=faded), ALONE).fired

    def test_refused_attempts_say_that_the_limiter_made_the_intervals(self) -> None:
        updates = series(61, 8)
        refused = [u._replace(at=u.at + 20 * MINUTE, limited=True) for u in updates]
        busy = History(1, "git", updates=sorted(updates + refused))
        assert temporal_manipulation(History(1, "git", updates=updates), ALONE).fired
        assert not temporal_manipulation(busy, ALONE).fired

    def test_a_nightly_batch_that_finds_failures_gains_nothing(self) -> None:
        honest = History(1, "git", updates=nights(20, "ssf"))
        pushing = History(1, "git", updates=nights(20))
        assert not temporal_manipulation(honest, AMONG).fired
        assert temporal_manipulation(pushing, AMONG).fired

    def test_an_hourly_build_is_a_timetable(self) -> None:
        build = History(1, "git", updates=series(60, 20, kinds="ssf"))
        drifting = History(1, "git", updates=series(63, 20, kinds="sssssss"))
        assert not temporal_manipulation(build, AMONG).fired
        assert temporal_manipulation(drifting, AMONG).fired

    def test_nights_that_hold_where_days_fail_are_compared_within_the_rule(self) -> None:
        days = series(24 * 60, 14, start=NOON - 10 * DAY + 7 * MINUTE, kinds="sf")
        push = nights(14)
        mixed = History(1, "git", updates=sorted(days + [u._replace(agent="a2") for u in push]))
        signal = temporal_manipulation(mixed, AMONG)
        assert signal.fired
        assert signal.evidence["gain_tail"] < 0.01


class TestGrowth:
    @pytest.mark.parametrize(("n", "score"), [(15, 0.9), (11, 0.9), (10, 0.6)])
    def test_a_straight_climb(self, n: int, score: float) -> None:
        signal = unnatural_confidence_growth(History(1, "git", updates=climb(n)), ALONE)
        assert (signal.fired, signal.severity) == (True, "medium")
        assert signal.score == pytest.approx(score, abs=1e-6)

    @pytest.mark.parametrize(
        "updates",
        [
            series(2 * 24 * 60, 9, step=0.03),
            series(2 * 24 * 60, 11, step=0.0),
            series(2 * 24 * 60, 11, step=-0.02),
            series(30, 11),
        ],
        ids=["nine", "flat", "decline", "within a day"],
    )
    def test_it_is_quiet(self, updates: list[Update]) -> None:
        assert not unnatural_confidence_growth(History(1, "git", updates=updates), ALONE).fired

    def test_a_noisy_climb_is_natural(self) -> None:
        level, rows = 0.4, []
        for i, step in enumerate((0.05, -0.02, 0.03, -0.01, 0.04, 0.06, -0.03, 0.02, -0.01, 0.05)):
            rows.append(Update(NOON + 3 * i * DAY, "success", level, level + step))
            level += step
        assert not unnatural_confidence_growth(History(1, "git", updates=rows), ALONE).fired

    def test_what_the_engine_does_is_natural_among_many_rules(self) -> None:
        level, rows = 0.5, []
        for i in range(14):
            kind = "failure" if i % 5 == 3 else "success"
            new = level - 0.0125 if kind == "failure" else level + 0.02 * (1 - level)
            rows.append(Update(NOON + i * 6 * HOUR, kind, level, new, "a1"))
            level = new
        honest = History(1, "git", updates=rows)
        assert unnatural_confidence_growth(honest, ALONE).fired
        assert not unnatural_confidence_growth(honest, AMONG).fired
        assert unnatural_confidence_growth(History(1, "git", updates=climb(15)), AMONG).fired


class TestCoordination:
    def ring(self, names: str, kinds: str = "s") -> list[Update]:
        rows = series(90, len(names), kinds=kinds)
        return [row._replace(agent=name) for row, name in zip(rows, names, strict=True)]

    def test_one_agent_alone_is_no_ring(self) -> None:
        assert not coordinated_manipulation(History(1, "git", updates=series(61, 9)), ALONE).fired

    def test_a_ring_that_takes_turns_fires_and_a_team_that_fails_at_times_does_not(self) -> None:
        ring = History(1, "git", updates=self.ring("abcdabcdabcdabcdabcd"))
        team = History(1, "git", updates=self.ring("aabbbaccbbaddcaabbca", "ssf"))
        assert coordinated_manipulation(ring, AMONG).fired
        assert not coordinated_manipulation(team, AMONG).fired

    def test_names_that_are_unknown_say_nothing(self) -> None:
        rows = [u._replace(agent=None) for u in series(61, 9)]
        signal = coordinated_manipulation(History(1, "git", updates=rows), ALONE)
        assert signal.reason == "no agent is named"


class TestSelectivity:
    def history(self, applied: int, chances: int, kinds: str) -> History:
        taken = [Chance(f"s{i}", i < applied) for i in range(chances)]
        return History(1, "git", updates=series(500, 18, kinds=kinds), chances=taken)

    @pytest.mark.parametrize(
        ("applied", "chances", "kinds", "fired"),
        [
            (2, 60, "s", True),
            (2, 60, "ssff", False),  # seldom used, and no better for it
            (30, 60, "s", False),
            (0, 9, "s", False),
        ],
    )
    def test_rare_and_sure_is_picked(
        self, applied: int, chances: int, kinds: str, fired: bool
    ) -> None:
        signal = application_selectivity(self.history(applied, chances, kinds), AMONG)
        assert signal.fired is fired

    def test_the_documented_score(self) -> None:
        signal = application_selectivity(self.history(3, 100, "s"), ALONE)
        assert signal.score == pytest.approx(0.7)

    def test_a_rule_without_outcomes_is_not_accused(self) -> None:
        idle = History(1, "git", chances=[Chance(f"s{i}", False) for i in range(40)])
        assert not application_selectivity(idle, ALONE).fired


class TestRevival:
    def cycles(self, n: int, kinds: str, grader: str) -> History:
        rows: list[Update] = []
        for cycle in range(n):
            start = NOON + cycle * 6 * DAY
            rows.append(Update(start, "revival", 0.2, 0.35, "a1"))
            after = series(300, 5, start=start + HOUR, kinds=kinds)
            rows += [row._replace(agent=grader) for row in after]
        return History(1, "git", times_revived=n, updates=rows)

    @pytest.mark.parametrize(
        ("n", "kinds", "grader", "fired"),
        [
            (4, "s", "a1", True),
            (1, "s", "a1", False),
            (4, "sf", "a2", False),
        ],
    )
    def test_revived_again_and_again_and_praised(
        self, n: int, kinds: str, grader: str, fired: bool
    ) -> None:
        assert revival_gaming(self.cycles(n, kinds, grader), AMONG).fired is fired


GIFTED = replace(USUAL, overall=share_of(0.75, 20, 200))


@pytest.mark.parametrize("profile", [USUAL, GIFTED, Profile()], ids=["usual", "gifted", "none"])
class TestInAnyPopulation:
    """The documented inputs keep their documented scores, whatever other rules are like."""

    @pytest.mark.parametrize(
        ("held", "counts", "score"),
        [
            ((5, 6, 7, 7, 8), (15, 0, 0), 0.5964),
            ((5, 6, 6, 7, 8), (15, 0, 0), 0.6315),
            ((6, 6, 7, 7, 6), (30, 0, 0), 1.0),
        ],
    )
    def test_rates(
        self, profile: Profile, held: tuple[int, ...], counts: tuple[int, int, int], score: float
    ) -> None:
        context = Context(profile, peers(*held).baseline)
        signal = success_rate_anomaly(rule(counts), context)
        assert signal.fired
        assert signal.score == pytest.approx(score, abs=5e-5)

    @pytest.mark.parametrize(
        ("updates", "score"), [(series(61, 8), 0.70), (series(65, 8), 0.70), (nights(6), 1.0)]
    )
    def test_clocks(self, profile: Profile, updates: list[Update], score: float) -> None:
        history = History(1, "git", updates=updates)
        signal = temporal_manipulation(history, Context(profile))
        assert signal.fired
        assert signal.score == pytest.approx(score)

    @pytest.mark.parametrize(("n", "score"), [(15, 0.9), (11, 0.9), (10, 0.6)])
    def test_climbs(self, profile: Profile, n: int, score: float) -> None:
        history = History(1, "git", updates=climb(n))
        signal = unnatural_confidence_growth(history, Context(profile))
        assert signal.fired
        assert signal.score == pytest.approx(score)


def test_success_rate_and_clock_together_are_fraud_likely() -> None:
    history = rule((15, 0, 0))
    history.updates = series(61, 8)
    found = check(history, Known(domains={"git": moments_of(0.5, 0.6, 0.6, 0.7, 0.8)}))
    assert found.classification == "fraud_likely"
    assert len(found.fired) == 2
    assert found.verdict.score == pytest.approx(0.6273, abs=5e-5)


def rule(counts: Sequence[int]) -> History:
    return History(99, "git", "git" == "", "dormant", *counts)


def moments_of(*rates: float):  # type: ignore[no-untyped-def]
    from learning.domains.baselines import moments

    return moments(rates)


def climb(n: int) -> list[Update]:
    return [
        Update(NOON + 2 * i * DAY, "success", 0.27 + i * 0.03, 0.30 + i * 0.03) for i in range(n)
    ]
