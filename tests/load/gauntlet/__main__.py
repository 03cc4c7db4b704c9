"""``python -m tests.load.gauntlet --seeds 1-5``: precision, recall and false alarms.

Ours beside the upstream rule. A hit is a report that is suspicious or worse. Scored are medium
and strong attacks; weak ones are
printed apart. ``--tune`` shows the same at other thresholds, ``--world FILE`` runs a world of
another author (see ``worldfile``).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.load.gauntlet import colony, plain, worldfile
from tests.load.gauntlet.score import Count, Score, merge, run
from tests.load.gauntlet.world import World

GENERATORS: dict[str, Callable[[int], World]] = {"colony": colony.make, "plain": plain.make}
THRESHOLDS = (0.40, 0.45, 0.50, 0.55, 0.60, 0.70)


def main() -> None:
    args = _arguments()
    for name, worlds in _groups(args):
        made = list(worlds)
        pairs = [run(world) for world in made]
        ours, theirs = merge(a for a, _ in pairs), merge(b for _, b in pairs)
        print(f"\n## {name}\n")
        _overall({"ours": ours, "upstream rule": theirs})
        _detectors(ours, theirs)
        _kinds(ours, theirs)
        if args.tune:
            _sweep(made)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gauntlet", description=__doc__)
    parser.add_argument("--seeds", default="1-5", help="one seed or a range, 100-109")
    parser.add_argument("--generator", choices=[*GENERATORS, "both"], default="both")
    parser.add_argument("--world", type=Path, action="append", default=[])
    parser.add_argument("--tune", action="store_true")
    return parser.parse_args()


def _groups(args: argparse.Namespace) -> Iterator[tuple[str, Iterator[World]]]:
    for path in args.world:
        yield path.name, iter([worldfile.read(path)])
    if args.world:
        return
    low, _, high = args.seeds.partition("-")
    seeds = range(int(low), int(high or low) + 1)
    for name, make in GENERATORS.items():
        if args.generator in {name, "both"}:
            yield f"{name}, seeds {args.seeds}", (make(seed) for seed in seeds)


def _overall(scores: dict[str, Score]) -> None:
    print(
        "| rule | precision | recall | false alarms | recall of weak attacks | attacks | honest |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, score in scores.items():
        o = score.overall
        print(
            f"| {name} | {o.precision:.3f} | {o.recall:.3f} | {o.false_rate:.2%} "
            f"| {score.weak.recall:.3f} | {o.attacks} | {o.honest} |"
        )


def _detectors(ours: Score, theirs: Score) -> None:
    print(
        "\n| detector, when it fires | recall | false alarms | upstream recall | upstream false |"
    )
    print("|---|---|---|---|---|")
    for name, count in ours.detectors.items():
        other = theirs.detectors.get(name, Count())
        print(
            f"| {name} | {count.recall:.3f} | {count.false_rate:.2%} "
            f"| {other.recall:.3f} | {other.false_rate:.2%} |"
        )


def _kinds(ours: Score, theirs: Score) -> None:
    print("\n| attack | planted | found | upstream found |")
    print("|---|---|---|---|")
    for name, count in sorted(ours.kinds.items()):
        print(
            f"| {name} | {count.attacks} | {count.recall:.3f} | {theirs.kinds[name].recall:.3f} |"
        )


def _sweep(worlds: list[World]) -> None:
    print("\n| detectors fire from | precision | recall | false alarms |")
    print("|---|---|---|---|")
    for threshold in THRESHOLDS:
        o = merge(run(world, threshold)[0] for world in worlds).overall
        print(f"| {threshold:.2f} | {o.precision:.3f} | {o.recall:.3f} | {o.false_rate:.2%} |")


if __name__ == "__main__":
    main()
