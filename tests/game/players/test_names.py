from __future__ import annotations

import pytest

from elfsite.errors import Refused
from game.players import names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ada", "ada"), (" Ada ", "ada"), ("a", "a"), ("a.b_c-d@e+f", "a.b_c-d@e+f"), ("7", "7")],
)
def test_a_name_is_kept_in_lower_case(typed: str, kept: str) -> None:
    assert names.clean_login(typed) == kept


@pytest.mark.parametrize("typed", ["", "-ada", "a b", "ada!", "ädа", "a" * 65, "a\nb", "../x"])
def test_other_names_are_refused_with_what_is_allowed(typed: str) -> None:
    with pytest.raises(Refused, match="letters a to z") as refused:
        names.clean_login(typed)
    assert refused.value.code == "bad_login"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "too short"),
        ("password1", "too common"),
        ("9182736455463728", "entirely numeric"),
        ("adalovelace", "too similar"),
        ("x" * 1001, "at most 1,000"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        names.check_password(password, "adalovelace")


def test_a_strong_password_passes() -> None:
    names.check_password("field station 7", "ada")
    with pytest.raises(Refused, match="too similar"):  # what is strong for her is not for everybody
        names.check_password("field station 7", "field station")


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("Octo-Cat", "octo-cat"),
        ("--x", "x"),
        ("łukasz", "ukasz"),
        ("日本", "person"),
        ("", "person"),
    ],
)
def test_a_foreign_name_becomes_one_of_ours(foreign: str, ours: str) -> None:
    assert names.login_from(foreign) == ours
    assert names.clean_login(names.login_from(foreign)) == ours


def test_a_long_foreign_name_leaves_room_for_its_number() -> None:
    login = names.login_from("x" * 200)
    assert all(names.clean_login(variant) for variant in names.variants(login))


@pytest.mark.parametrize(
    ("taken", "free"),
    [(set(), "octo"), ({"octo"}, "octo-2"), ({"octo", "octo-2"}, "octo-3"), ({"octo-2"}, "octo")],
)
def test_the_first_free_variant(taken: set[str | None], free: str) -> None:
    assert names.first_free("octo", taken) == free


def test_no_free_variant_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        names.first_free("octo", set(names.variants("octo")))
    assert refused.value.code == "login_taken"
