"""Pages of sources: what they show, to whom, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from elfsite.jobs.models import Job
from elfsite.jobs.runner import run_pending
from elfsite.origins.models import Source
from elfsite.sources.lease import Lease
from elfsite.sources.services import needs_welcome
from game.players.models import User
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from tests.elfsite.sources.conftest import read
from tests.elfsite.sources.elf_files import ElfFile

pytestmark = pytest.mark.django_db
EVERYBODY = ("member", "steward", "admin")


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(role, role=role))
    return client


@pytest.fixture
def admin() -> Client:
    return client_of("admin")


@pytest.fixture
def source(elf: ElfFile) -> Source:
    elf.rule(created_at="2026-01-05T09:00:00")
    elf.rule("No number", confidence="much")
    elf.learning(severity="urgent", created_at="2026-01-05 10:00:00")
    read(elf)
    return Source.objects.get()


ACTS = ("/sources/connect/", "/sources/sample/", "/sources/start-empty/",
        "/sources/1/import/", "/sources/1/forget/")  # fmt: skip


@pytest.mark.parametrize("path", ["/welcome/", "/sources/", "/sources/1/", "/sources/1/progress/"])
def test_a_stranger_is_sent_to_the_login(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ACTS)
def test_acts_are_not_for_members(path: str) -> None:
    assert client_of("member").post(path).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize("path", ACTS)
def test_acts_need_a_post_and_a_token(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("admin", role="admin"))
    assert client.post(path).status_code == 403
    if not path.endswith("forget/"):
        assert client.get(path).status_code == 405


@pytest.mark.parametrize("path", ["/sources/99/", "/sources/99/forget/"])
def test_an_unknown_source_is_not_found(path: str, admin: Client) -> None:
    assert admin.get(path).status_code == 404


def test_the_list_shows_every_source(source: Source) -> None:
    for role in EVERYBODY:
        page = client_of(role).get("/sources/").content.decode()
        assert f'href="/sources/{source.pk}/"' in page
        assert ("Connect a database" in page) == (role == "admin")


def test_the_list_asks_the_same_whatever_the_number_of_sources(
    admin: Client, source: Source
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get("/sources/")
        return len(captured)

    admin.get("/sources/")
    one = queries()
    for number in range(5):
        Source.objects.create(name=f"s{number}", path=f"/{number}", state="ready")
    assert queries() - one == 0


def test_the_page_of_a_source_says_what_came_and_what_did_not(
    admin: Client, source: Source
) -> None:
    page = admin.get(f"/sources/{source.pk}/").content.decode()
    assert f'href="/heuristics/?source={source.pk}"' in page
    assert "confidence is not a number" in page
    assert "severity: not a number" in page
    assert f"/import-rejections/?source={source.pk}" in page
    assert "revival_triggers" in page
    assert "times_consulted" in page
    assert "asof=2026" in page


def test_each_number_leads_to_the_rows_that_it_counts(admin: Client, source: Source) -> None:
    page = admin.get(f"/sources/{source.pk}/").content.decode()
    for path in (
        f"/heuristics/?source={source.pk}",
        f"/import-rejections/?source={source.pk}&table=heuristics",
        f"/import-repairs/?source={source.pk}&table=learnings",
    ):
        assert path.replace("&", "&amp;") in page
        assert admin.get(path).status_code == 200


def test_a_click_connects_and_the_worker_reads(admin: Client, elf: ElfFile) -> None:
    elf.rule()
    answer = admin.post("/sources/connect/", {"path": str(elf.path), "time_zone": "UTC"})
    source = Source.objects.get()
    assert answer["Location"] == f"/sources/{source.pk}/"
    waits = admin.get(f"/sources/{source.pk}/").content.decode()
    assert "Waits for a worker, and none runs" in waits
    assert run_pending() == 1
    source.refresh_from_db()
    assert (source.state, source.facts["total"]) == ("ready", 1)
    assert Heuristic.objects.get().origin == source


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"path": "/nowhere.db", "time_zone": "UTC"}, 400, "There is no file at /nowhere.db"),
        ({"path": "{file}", "time_zone": "Mars"}, 400, "No time zone is called"),
        ({"path": "{file}", "time_zone": "UTC", "name": "x" * 90}, 400, "at most 80"),
        ({"time_zone": "UTC"}, 400, "required"),
    ],
)
def test_a_refused_connection_keeps_the_form(
    fields: dict[str, str], status: int, sentence: str, admin: Client, elf: ElfFile
) -> None:
    posted = {name: value.format(file=elf.path) for name, value in fields.items()}
    answer = admin.post("/sources/connect/", posted)
    page = answer.content.decode()
    assert answer.status_code == status
    assert sentence in page
    assert not posted.get("path") or f'value="{posted["path"]}"' in page
    assert not Source.objects.exists()


def test_a_page_opens_no_file_outside_of_the_roots(
    admin: Client, elf: ElfFile, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    monkeypatch.setenv("ELF_SOURCE_ROOTS", str(place / "allowed"))
    answer = admin.post("/sources/connect/", {"path": str(elf.path), "time_zone": "UTC"})
    assert answer.status_code == 403
    assert "ELF_SOURCE_ROOTS" in answer.content.decode()
    read(elf)
    again = admin.post(f"/sources/{Source.objects.get().pk}/import/")
    assert again.status_code == 403


def test_a_steward_reads_again(source: Source, elf: ElfFile) -> None:
    elf.rule("New")
    client_of("steward").post(f"/sources/{source.pk}/import/")
    run_pending()
    assert Heuristic.objects.filter(rule="New").exists()


def test_a_file_that_left_is_said(admin: Client, source: Source, elf: ElfFile) -> None:
    elf.path.unlink()
    admin.post(f"/sources/{source.pk}/import/")
    run_pending()
    page = admin.get(f"/sources/{source.pk}/").content.decode()
    assert "There is no file at" in page
    assert Heuristic.objects.filter(gone_at=None).exists()


def test_forgetting_asks_what_goes(admin: Client, source: Source) -> None:
    page = admin.get(f"/sources/{source.pk}/forget/").content.decode()
    assert '<b class="num">2</b> rows' in page
    admin.post(f"/sources/{source.pk}/forget/")
    run_pending()
    assert not Source.objects.exists()
    assert admin.get(f"/sources/{source.pk}/").status_code == 404


def test_forgetting_names_rows_that_cannot_stand_alone(admin: Client, source: Source) -> None:
    numbers = {"old_confidence": 0.5, "new_confidence": 0.6, "delta": 0.1}
    rule = Heuristic.objects.get()
    ConfidenceUpdate.objects.create(heuristic=rule, update_type="success", **numbers)
    path = f"/sources/{source.pk}/forget/"
    assert "cannot stand without" in admin.get(path).content.decode()
    assert admin.post(path).status_code == 409
    assert admin.post(path, {"with_ours": "on"}).status_code == 302
    run_pending()
    assert not Heuristic.objects.exists()


def test_progress_is_told_and_the_page_comes_anew_at_the_end(admin: Client, source: Source) -> None:
    lease = Lease(source, "reading")
    lease.claim()
    lease._beaten = 0
    lease.beat(40, 100, "node_executions")
    path = f"/sources/{source.pk}/progress/"
    page = admin.get(path, headers={"HX-Request": "true"}).content.decode()
    assert 'value="40" max="100"' in page
    assert "node executions" in page
    lease.release("ready")
    ended = admin.get(path, headers={"HX-Request": "true"})
    assert ended["HX-Redirect"] == f"/sources/{source.pk}/"
    assert admin.get(path)["Location"] == f"/sources/{source.pk}/"


def test_a_run_that_died_says_how_it_goes_on(admin: Client, source: Source) -> None:
    Source.objects.update(state="reading", lease_until=None)
    page = admin.get(f"/sources/{source.pk}/").content.decode()
    assert "was interrupted" in page


def test_an_empty_product_offers_three_ways(admin: Client, place: Path) -> None:
    home = place / "home" / ".claude" / "emergent-learning" / "memory"
    home.mkdir(parents=True)
    file = ElfFile(home / "index.db")
    assert admin.get("/")["Location"] == "/welcome/"
    page = admin.get("/welcome/").content.decode()
    for words in ("Connect it", str(file.path), "Load the sample", "Start empty"):
        assert words in page
    assert "disabled" in client_of("member").get("/welcome/").content.decode()


def test_starting_empty_ends_the_welcome(admin: Client) -> None:
    assert admin.post("/sources/start-empty/")["Location"] == "/"
    assert not needs_welcome()
    assert admin.get("/welcome/")["Location"] == "/"
    assert admin.post("/sources/start-empty/").status_code == 409


def test_the_sample_comes_by_a_click_and_says_so_on_every_page(admin: Client) -> None:
    answer = admin.post("/sources/sample/")
    source = Source.objects.get(is_sample=True)
    assert answer["Location"] == f"/sources/{source.pk}/"
    run_pending()
    assert "Forget the sample" in admin.get("/sources/").content.decode()


@pytest.mark.parametrize("name", ["<b>bold</b>", "a&b"])
def test_names_of_a_file_are_shown_as_text(admin: Client, elf: ElfFile, name: str) -> None:
    elf.run(f'CREATE TABLE "{name}" (id INTEGER PRIMARY KEY)')
    elf.rule(name, confidence="<i>much</i>")
    read(elf)
    page = admin.get(f"/sources/{Source.objects.get().pk}/").content.decode()
    assert name not in page
    assert "<i>much" not in page
