"""What the sample's team wrote down: learnings, decisions, and what waits for a person."""

from __future__ import annotations

from typing import Any

from elfsite.sources.sample import texts
from elfsite.sources.sample.book import Book, as_json, stamp
from elfsite.sources.sample.rules import HARBOUR

SEVERITIES = {"failure": (3, 4, 4, 5), "success": (2, 3), "observation": (1, 2, 3)}


def know(book: Book, rules: dict[str, int]) -> None:
    """Write all of it; *rules* are the ids of rules by their text."""
    _learn(book)
    _decide(book)
    _hold(book)
    _suppose(book)
    _spike(book)
    _try_out(book, rules)
    _plan(book, rules)
    _violate(book)
    _ask(book)


def _learn(book: Book) -> None:
    """Learnings of two months, denser towards today."""
    rows: list[dict[str, Any]] = []
    for kind, domain, title, summary in texts.LEARNINGS:
        at = book.at_work(0.1 + book.luck.random() ** 1.4 * 60)
        slug = "-".join(title.lower().replace(",", "").replace("'", "").split()[:6])
        rows.append(
            {
                "type": kind,
                "filepath": f"memory/{kind}s/{at:%Y%m%d}-{slug}.md",
                "title": title,
                "summary": summary,
                "tags": f"{domain},harbour",
                "domain": domain,
                "severity": book.luck.choice(SEVERITIES.get(kind, (2, 3))),
                "created_at": stamp(at),
            }
        )
    book.add_in_order("learnings", rows, "created_at")


def _decide(book: Book) -> None:
    """Decisions in the order in which they were taken; some took the place of others."""
    numbers: dict[str, int] = {}
    for key, days, domain, status, title, context, options, decision, rationale in texts.DECISIONS:
        at = book.at_work(days)
        numbers[key] = book.add(
            "decisions",
            title=title,
            context=context,
            options_considered=options,
            decision=decision,
            rationale=rationale,
            files_touched=as_json([]),
            tests_added=as_json([]),
            status=status,
            domain=domain,
            created_at=stamp(at),
            updated_at=stamp(at),
        )
    for old, new in texts.SUPERSEDED.items():
        book.rows["decisions"][numbers[old] - 1]["superseded_by"] = numbers[new]


def _hold(book: Book) -> None:
    for domain, statement, rationale, severity, kind, code, broken in texts.INVARIANTS:
        at = book.at_work(40)
        book.add(
            "invariants",
            statement=statement,
            rationale=rationale,
            domain=domain,
            scope="codebase" if kind == "manual" else "runtime",
            validation_type=kind,
            validation_code=code or None,
            severity=severity,
            status="violated" if broken > 2 else "active",
            violation_count=broken,
            last_validated_at=stamp(book.at_work(1)),
            last_violated_at=stamp(book.at_work(3)) if broken else None,
            created_at=stamp(at),
            updated_at=stamp(book.at_work(3)),
        )


def _suppose(book: Book) -> None:
    for domain, words, context, verified, challenged, status in texts.ASSUMPTIONS:
        at = book.at_work(25)
        shown = verified + challenged
        book.add(
            "assumptions",
            assumption=words,
            context=context,
            source="planning",
            confidence=round(verified / shown, 2) if shown else 0.5,
            status=status,
            domain=domain,
            verified_count=verified,
            challenged_count=challenged,
            last_verified_at=stamp(book.at_work(4)) if verified else None,
            created_at=stamp(at),
            updated_at=stamp(at),
        )


def _spike(book: Book) -> None:
    for days, domain, title, question, findings, gotchas, minutes, useful in texts.SPIKES:
        at = book.at_work(days)
        book.add(
            "spike_reports",
            title=title,
            topic=domain,
            question=question,
            findings=findings,
            gotchas=gotchas,
            time_invested_minutes=minutes,
            domain=domain,
            tags=f"{domain},spike",
            usefulness_score=useful,
            access_count=book.luck.randint(2, 19),
            created_at=stamp(at),
            updated_at=stamp(at),
        )


def _try_out(book: Book, rules: dict[str, int]) -> None:
    for name, days, status, hypothesis, rounds in texts.EXPERIMENTS:
        number = book.add(
            "experiments",
            name=name,
            hypothesis=hypothesis,
            status=status,
            cycles_run=len(rounds),
            folder_path=f"experiments/{status}/{name}",
            created_at=stamp(book.at_work(days)),
            updated_at=stamp(book.at_work(max(days - len(rounds), 0.2))),
        )
        for count, (tried, broke, analysis, learned, rule) in enumerate(rounds, 1):
            book.add(
                "cycles",
                experiment_id=number,
                cycle_number=count,
                try_summary=tried,
                break_summary=broke,
                analysis=analysis,
                learning_extracted=learned,
                heuristic_id=rules.get(rule),
                created_at=stamp(book.at_work(max(days - count, 0.2))),
            )


def _plan(book: Book, rules: dict[str, int]) -> None:
    for slug, days, status, domain, title, approach, risks, outcome, after in texts.PLANS:
        at = book.at_work(days)
        end = None if status == "active" else book.at_work(max(days - 3, 0.3))
        number = book.add(
            "plans",
            task_id=slug,
            title=title,
            description=title + ".",
            approach=approach,
            risks=risks,
            expected_outcome=outcome,
            domain=domain,
            status=status,
            created_at=stamp(at),
            completed_at=stamp(end),
        )
        if after:
            actual, differs, well, wrong, lesson, rule = after
            book.add(
                "postmortems",
                plan_id=number,
                title=f"After: {title}",
                actual_outcome=actual,
                divergences=differs,
                went_well=well,
                went_wrong=wrong,
                lessons=lesson,
                heuristics_extracted=as_json([rules[rule]] if rule in rules else []),
                domain=domain,
                created_at=stamp(end),
            )


def _violate(book: Book) -> None:
    rows = []
    for rule, name, days, words, seen in texts.VIOLATIONS:
        at = book.at_work(days)
        rows.append(
            {
                "rule_id": rule,
                "rule_name": name,
                "violation_date": stamp(at),
                "description": words,
                "session_id": book.session(at, book.agent()),
                "acknowledged": int(seen),
            }
        )
    book.add_in_order("violations", rows, "violation_date")


def _ask(book: Book) -> None:
    for title, context, advice, status, days in texts.REVIEWS:
        at = book.at_work(days)
        book.add(
            "ceo_reviews",
            title=title,
            context=f"{context}\n\nProject: {HARBOUR}",
            recommendation=advice,
            status=status,
            created_at=stamp(at),
            reviewed_at=None if status == "pending" else stamp(book.at_work(max(days - 1, 0.2))),
        )
