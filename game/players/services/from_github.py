"""People who come in with GitHub. They are known by the id of the account, never by an e-mail."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import write
from game.players import github, links, names
from game.players.models import GameState, Invitation, User
from game.players.services.rules import TOPIC, exactly_one, one_of_two


def sign_up_from_github(*, account: github.Account, link_hash: str = "") -> User:
    """Whoever signs in with an account that nobody here has: a new person, or an imported one.

    An invitation (by the hash of its token) gives the role; without one the site must be open to
    GitHub (ELF_GITHUB_OPEN, or allowed organisations). That holds for imported people too: a row
    in a database file never lets anybody in. Raises Refused 403, 404, 409, 410.
    """
    if not link_hash and not settings.GITHUB_OPEN:
        raise Refused(
            "invitation_needed",
            "Your GitHub account is not known here. Ask an administrator for an invitation.",
            status=403,
        )
    with one_of_two(), write(account.login) as w:
        link = links.use_up(link_hash, "invitation") if link_hash else None
        role = link.role if link else "member"
        user = _claim(account, role) or _new_from_github(account, role)
        if link:
            Invitation.objects.filter(pk=link.pk).update(used_by=user)
        _keep_social_account(user, account)
        verb = "claimed" if user.origin_id else "signed_up"
        w.event(TOPIC, verb, user, f"{user.username} came in with GitHub as {role}", role=role)
    return user


def refresh_from_github(*, user: User, account: github.Account) -> None:
    """Keep name and picture as they are on GitHub now; the person stays the same. Refused 403 for
    somebody who is not active."""
    if not user.is_active:
        raise Refused("not_active", "An administrator has closed this account.", status=403)
    fresh = {"username": account.login, "avatar_url": account.avatar_url}
    changes = {name: value for name, value in fresh.items() if getattr(user, name) != value}
    known = SocialAccount.objects.filter(user=user, provider=github.PROVIDER, uid=str(account.id))
    if not changes and known.exists():
        return
    with write(user) as w:
        User.objects.filter(pk=user.pk).update(**fresh)
        _keep_social_account(user, account)
        words = f"{user.username} came in as {account.login} on GitHub"
        w.event(TOPIC, "refreshed", user, words, was=user.username, fields=list(changes))
    user.username, user.avatar_url = account.login, account.avatar_url


def link_github(*, user: User, account: github.Account) -> None:
    """Let *user* sign in with this GitHub account too. Refused 409 when it is somebody else's, or
    when *user* has another one."""
    owner = User.objects.filter(github_id=account.id).first()
    if owner is not None and owner.pk != user.pk:
        sentence = f"{account.login} on GitHub is linked to another person here."
        if owner.is_unclaimed:
            sentence = (
                f"{account.login} on GitHub came with an imported database. "
                "Sign out and sign in with GitHub to take that person over."
            )
        raise Refused("linked_elsewhere", sentence, status=409)
    if user.github_id not in {None, account.id}:
        raise Refused("has_github", "Unlink your other GitHub account first.", status=409)
    with one_of_two(), write(user) as w:
        User.objects.filter(pk=user.pk).update(
            github_id=account.id, username=account.login, avatar_url=account.avatar_url
        )
        _keep_social_account(user, account)
        w.event(TOPIC, "linked_github", user, f"{user.username} linked {account.login} on GitHub")
    user.github_id, user.username = account.id, account.login
    user.avatar_url = account.avatar_url


def unlink_github(*, user: User) -> None:
    """Forget the GitHub account. Refused 409 for somebody who could then not sign in."""
    if not user.has_usable_password():
        raise Refused("no_password", "Set a password first: it is your only way in.", status=409)
    with write(user) as w:
        if User.objects.filter(pk=user.pk).exclude(github_id=None).update(github_id=None) != 1:
            raise Refused("no_github", "No GitHub account is linked.", status=409)
        SocialAccount.objects.filter(user=user, provider=github.PROVIDER).delete()
        w.event(TOPIC, "unlinked_github", user, f"{user.username} unlinked GitHub")
    user.github_id = None


def _claim(account: github.Account, role: str) -> User | None:
    """Turn the imported person with this GitHub id into an active one; their score stays."""
    user = User.objects.filter(github_id=account.id, login=None, is_active=False).first()
    if user is None:
        return None
    now = timezone.now()
    changed = User.objects.filter(pk=user.pk, login=None, is_active=False).update(
        login=_free_login(account.login),
        username=account.login,
        avatar_url=account.avatar_url,
        role=role,
        is_superuser=role == "admin",
        is_active=True,
        governed_at=now,
    )
    exactly_one(changed)
    GameState.objects.filter(pk=user.pk).update(governed_at=now)
    user.refresh_from_db()
    return user


def _new_from_github(account: github.Account, role: str) -> User:
    return User.objects.create(
        github_id=account.id,
        login=_free_login(account.login),
        username=account.login,
        avatar_url=account.avatar_url,
        password=make_password(None),
        role=role,
        is_superuser=role == "admin",
    )


def _free_login(name: str) -> str:
    login = names.login_from(name)
    candidates = list(names.variants(login))
    taken = set(User.objects.filter(login__in=candidates).values_list("login", flat=True))
    return names.first_free(login, taken)


def _keep_social_account(user: User, account: github.Account) -> None:
    """The library's record of the link; ``users.github_id`` is the truth that it follows."""
    SocialAccount.objects.update_or_create(
        provider=github.PROVIDER,
        uid=str(account.id),
        defaults={"user": user, "extra_data": {"id": account.id, "login": account.login}},
    )
