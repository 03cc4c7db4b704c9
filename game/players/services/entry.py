"""Links that let people in: the first administrator, invitations, new passwords."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import write
from game.players import links, names
from game.players.models import Invitation, User
from game.players.services.rules import (
    TOPIC,
    active_admins,
    known_role,
    one_of_two,
    only_admins,
)

FIRST_LINK_HOURS = 24
PASSWORD_LINK_HOURS = 24
INVITATION_DAYS = 7
MOST_INVITATION_DAYS = 90
NOTE_LIMIT = 200  # characters
OPEN_LINKS_LIMIT = 200  # open links at a time; the page shows all of them


def first_admin_link() -> str | None:
    """The address that makes the first administrator; None when there is one already.

    It works once and for 24 hours. A new one replaces older ones that nobody has used.
    """
    if active_admins().exists():
        return None
    token = links.new_token()
    now = timezone.now()
    with write() as w:
        Invitation.objects.filter(kind="first", used_at=None, withdrawn_at=None).update(
            withdrawn_at=now
        )
        link = Invitation.objects.create(
            kind="first",
            role="admin",
            token_hash=links.hash_of(token),
            expires_at=now + timedelta(hours=FIRST_LINK_HOURS),
        )
        w.event(TOPIC, "made_first_link", link, "A link for the first administrator was made")
    return links.address("welcome", token)


def accept_first_admin(*, token: str, login: str, password: str) -> User:
    """Make the first administrator. Raises Refused: link not open, bad or taken login, weak
    password, or an administrator exists by now (409)."""
    return _accept(token, "first", login, password)


def invite(
    *, actor: User, role: str, note: str = "", days: int = INVITATION_DAYS
) -> tuple[Invitation, str]:
    """A link that lets one person in with *role*, and its address (shown once). Admins only."""
    only_admins(actor, "invite")
    known_role(role)
    note = note.strip()
    if len(note) > NOTE_LIMIT:
        raise Refused("long_note", f"A note has at most {NOTE_LIMIT} characters.")
    if not 1 <= days <= MOST_INVITATION_DAYS:
        raise Refused("bad_days", f"An invitation holds for 1 to {MOST_INVITATION_DAYS} days.")
    _bound_open_links()
    token = links.new_token()
    with write(actor) as w:
        invitation = Invitation.objects.create(
            role=role,
            note=note,
            token_hash=links.hash_of(token),
            created_by=actor,
            expires_at=timezone.now() + timedelta(days=days),
        )
        w.event(TOPIC, "invited", invitation, f"An invitation as {role} was made", role=role)
    return invitation, links.address("invitation", token)


def make_password_link(*, actor: User, user: User) -> tuple[Invitation, str]:
    """A link with which *user* chooses a new password within 24 hours; older ones end. Admins only.

    There is no mail here, so this is how a forgotten password is mended.
    """
    only_admins(actor, "make a password link")
    if not user.is_active or user.login is None:
        raise Refused("not_active", f"{user.username} cannot sign in at all.", status=409)
    _bound_open_links()
    token = links.new_token()
    now = timezone.now()
    with write(actor) as w:
        links.open_links(now).filter(kind="password", person=user).update(withdrawn_at=now)
        link = Invitation.objects.create(
            kind="password",
            role=user.role,
            person=user,
            token_hash=links.hash_of(token),
            created_by=actor,
            expires_at=now + timedelta(hours=PASSWORD_LINK_HOURS),
        )
        w.event(TOPIC, "made_password_link", user, f"{user.username} may choose a new password")
    return link, links.address("new_password", token)


def withdraw_invitation(*, actor: User, invitation: Invitation) -> None:
    """End a link before somebody uses it. Admins only; Refused 409 when it is closed already."""
    only_admins(actor, "withdraw a link")
    with write(actor) as w:
        now = timezone.now()
        if links.open_links(now).filter(pk=invitation.pk).update(withdrawn_at=now) != 1:
            raise Refused("closed_link", "This link no longer works anyway.", status=409)
        w.event(TOPIC, "withdrew_link", invitation, f"A link ({invitation}) was withdrawn")


def accept_invitation(*, token: str, login: str, password: str) -> User:
    """Make the invited person, with a password. Raises Refused as accept_first_admin does."""
    return _accept(token, "invitation", login, password)


def renew_password(*, token: str, password: str) -> User:
    """Set the password of the person whom the link is for; their other sessions end."""
    person = links.look_up(links.hash_of(token), "password").person
    if person is None or not person.is_active:
        raise Refused("not_active", "This account is not active.", status=409)
    names.check_password(password, person.login or "")
    hashed = make_password(password)
    with write(person) as w:
        link = links.use_up(links.hash_of(token), "password")
        User.objects.filter(pk=person.pk).update(password=hashed)
        Invitation.objects.filter(pk=link.pk).update(used_by=person)
        w.event(TOPIC, "renewed_password", person, f"{person.username} chose a new password")
    person.password = hashed
    return person


def _accept(token: str, kind: str, login: str, password: str) -> User:
    token_hash = links.hash_of(token)
    links.look_up(token_hash, kind)
    login = names.clean_login(login)
    names.check_password(password, login)
    hashed = make_password(password)  # a third of a second: outside the transaction
    with one_of_two(), write(login) as w:
        link = links.use_up(token_hash, kind)
        if kind == "first" and active_admins().exists():
            raise Refused("admin_exists", "There is an administrator already.", status=409)
        if User.objects.filter(login=login).exists():
            raise Refused("login_taken", f"Somebody signs in as “{login}” already.", status=409)
        user = User.objects.create(
            login=login,
            username=login,
            password=hashed,
            role=link.role,
            is_superuser=link.role == "admin",
        )
        Invitation.objects.filter(pk=link.pk).update(used_by=user)
        w.event(TOPIC, "signed_up", user, f"{login} came in as {link.role}", role=link.role)
    return user


def _bound_open_links() -> None:
    if links.open_links().count() >= OPEN_LINKS_LIMIT:
        raise Refused(
            "many_links", f"{OPEN_LINKS_LIMIT} links are open. Withdraw some first.", status=409
        )
