"""A rule that holds far more often than the other rules of its domain."""

from __future__ import annotations

from learning.fraud.detectors.context import Context, Finding, judge
from learning.fraud.history import History, Signal, quiet
from learning.fraud.tails import Share

NAME = "success_rate_anomaly"
MIN_APPLICATIONS = 10
MIN_PEERS = 3
HIGH_Z = 3.5
# what is usual is itself only measured: of simulated honest rules one in 250 has a tail of 0.002
UNDERSTATED = 2.0
USUAL = 0.1  # 2.5 deviations among its peers are rare already: only one rule in ten excuses them
Z_OF_SCORE = 5.0  # z at which the score is 1; the border of 2.5 is the score 0.5


def success_rate_anomaly(history: History, context: Context) -> Signal:
    """One-sided z of the success rate among the peers, the rule itself left out; score z/5.

    Golden rules, fewer than 10 applications, fewer than 3 peers and peers without any spread give
    nothing. Among enough rules the tail is that of a rule of this domain with as many
    applications, so that a small domain's accidental spread accuses nobody.
    """
    base, total = context.baseline, history.applications
    if history.golden:
        return quiet(NAME, "golden rules are exempt")
    if total < MIN_APPLICATIONS:
        return quiet(NAME, f"too few applications to tell ({total} of {MIN_APPLICATIONS})")
    share = context.profile.success(history.domain)
    if base is None or base.sample_count < MIN_PEERS:
        return _among_all(history, context, share)
    if not base.std_success_rate:
        return quiet(NAME, "its peers do not differ at all")
    rate = history.success_rate
    z = (rate - base.avg_success_rate) / base.std_success_rate
    found = Finding(
        NAME,
        z / Z_OF_SCORE,
        f"{history.validated} of {total} outcomes held, where peers hold "
        f"{base.avg_success_rate:.0%} (z {z:.2f})",
        {
            "success_rate": round(rate, 6),
            "domain_avg": round(base.avg_success_rate, 6),
            "domain_std": round(base.std_success_rate, 6),
            "z_score": round(z, 6),
            "total_applications": total,
            "sample_count": base.sample_count,
        },
        _tail(history, share) if share else None,
        usual=USUAL,
    )
    return judge(found, context, "high" if z > HIGH_Z else "medium")


def _among_all(history: History, context: Context, share: Share | None) -> Signal:
    """A domain with fewer than three peers: only all rules together can say what is usual."""
    if share is None:
        return quiet(NAME, "too few peers to compare with")
    total = history.applications
    found = Finding(
        NAME,
        0.0,
        f"{history.validated} of {total} outcomes held, where rules here hold {share.mean:.0%}",
        {"success_rate": round(history.success_rate, 6), "total_applications": total},
        _tail(history, share),
    )
    return judge(found, context)


def _tail(history: History, share: Share) -> float:
    return min(1.0, UNDERSTATED * share.at_least(history.validated, history.applications))
