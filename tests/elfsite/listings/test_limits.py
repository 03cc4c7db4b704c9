from __future__ import annotations

import time

import pytest
from django.db import connection

from elfsite.errors import Refused
from elfsite.listings.limits import time_limit

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

# counts for as long as it may: both databases run it row by row
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000)"
    " SELECT count(*) FROM n"
)


def run(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def test_a_query_that_takes_too_long_is_refused_and_the_next_one_runs() -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match=r"longer than 0\.05 s") as refused, time_limit(50):
        run(ENDLESS)
    assert refused.value.code == "too_slow"
    assert time.monotonic() - began < 5
    assert run("SELECT 1") == 1


def test_the_shorter_of_two_limits_holds_and_the_longer_goes_on() -> None:
    with time_limit(60_000):
        with pytest.raises(Refused, match=r"0\.05 s"), time_limit(50):
            run(ENDLESS)
        assert run("SELECT 2") == 2
        with time_limit(10_000):
            assert run("SELECT 3") == 3
    with pytest.raises(Refused, match=r"0\.05 s"), time_limit(50), time_limit(60_000):
        run(ENDLESS)


def test_other_mistakes_stay_what_they_are() -> None:
    from django.db.utils import DatabaseError

    with pytest.raises(DatabaseError), time_limit(1000):
        run("SELECT 1 FROM no_such_table")
