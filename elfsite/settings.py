"""One settings file for both deployments.

Without any variable: SQLite, one web process, one worker. ``ELF_DATABASE_URL`` chooses PostgreSQL.
Everything that can be derived (hosts, CSRF origins, cookies) follows from ``ELF_BASE_URL``.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from elfsite import env, place

django_stubs_ext.monkeypatch()  # before any class of ours names Django's generics

BASE_DIR = place.BASE_DIR
TESTING = "pytest" in sys.modules

# --- where things are ------------------------------------------------------------------------
_place = place.read()
DATA_DIR = _place.data_dir
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("ELF_DEBUG")
ADDRESS, PORT, BASE_URL = _place.address, _place.port, _place.base_url
_base = urlsplit(BASE_URL)
_host = _base.hostname or ""


def _secret_key() -> str:
    """From the environment, else made once and kept beside the data, readable by its owner."""
    given = env.secret("ELF_SECRET_KEY")
    if given:
        return given
    path = DATA_DIR / "secret_key"
    if not path.exists():
        # written whole and then named: of two processes that start together one is late and
        # reads the other's, and neither ever reads half a key
        draft = DATA_DIR / f"secret_key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = _secret_key()
ELF_NAME = env.text("ELF_NAME")  # what this installation calls itself, beside the mark

# --- who may call us ---------------------------------------------------------------------------
_local = {"127.0.0.1", "localhost", "[::1]"}
_is_local = _host in {"127.0.0.1", "localhost", "::1", "0.0.0.0"}  # noqa: S104
ALLOWED_HOSTS = sorted({_host, *env.names("ELF_HOSTS")} | (_local if _is_local else set()))
CSRF_TRUSTED_ORIGINS = [BASE_URL]
if _is_local:
    CSRF_TRUSTED_ORIGINS += [f"{_base.scheme}://{host}:{_base.port or PORT}" for host in _local]
SECURE = _base.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "elf_session"
CSRF_COOKIE_NAME = "elf_csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "elfsite.pages.errors.csrf_failure"
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("ELF_TRUSTED_PROXIES", 0, most=8)

GITHUB_URL = env.text("ELF_GITHUB_URL", "https://github.com").rstrip("/")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "font-src": [SELF],
        # faces of people come from GitHub; nothing else is loaded from elsewhere
        "img-src": [SELF, "data:", "https://avatars.githubusercontent.com"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # the browser holds the redirect to GitHub after a form against this as well
        "form-action": [SELF, GITHUB_URL],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- the house ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "game.players",
    "elfsite.origins",
    "elfsite.timeline",
    "elfsite.jobs",
    "elfsite.listings",
    "elfsite.charts",
    "learning.reviews",
    "workflows.sessions",
    "learning.heuristics",
    "learning.domains",
    "learning.knowledge",
    "workflows.conductor",
    "workflows.trails",
    "workflows.planning",
    "learning.fraud",
    "learning.observer",
    "workflows.upkeep",
    "game.arena",
    "elfsite.search",
    "elfsite.sources",
    "elfsite.doors",
    "elfsite.pages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "elfsite.middleware.AsyncWhiteNoiseMiddleware",
    "elfsite.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "elfsite.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "elfsite.timeline.hiding.HidingMiddleware",
    "elfsite.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "elfsite.urls"
ASGI_APPLICATION = "elfsite.asgi.application"
# requests worked on at a time in one web process; more only fight for the interpreter lock
SLOTS = env.integer("ELF_SLOTS", 4, least=1, most=64)
# bytes; a worker that has grown beyond ends between two jobs and is started afresh
WORKER_MEMORY = env.integer("ELF_WORKER_MEMORY_MB", 400, least=100) * 1024 * 1024
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "elfsite.pages.context.frame",
            ],
            "builtins": ["elfsite.charts.templatetags.marks"],
        },
    }
]

# --- data ----------------------------------------------------------------------------------------
DATABASES = {"default": env.database(_place.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The default cache keeps the sign-in limits. It is a table, so that they hold over all web
# processes and a restart; it costs two writes per failed sign-in. What pages keep goes into
# "process".
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
SERIALIZATION_MODULES: dict[str, str] = {}

# 0 takes the game out of every page, file and answer
GAME = env.flag("ELF_GAME", True)
# owner/name on GitHub: who stars it unlocks a weapon and two cursors; empty offers none of that
GAME_STAR_REPO = env.text("ELF_GAME_STAR_REPO").strip("/")

# hours after which a run in which nothing moves and nobody works ends as failed
RUN_IDLE_HOURS = env.integer("ELF_RUN_IDLE_HOURS", 168, least=1, most=8760)

# hours in which a trail loses ten per cent of its strength; changing it rebuilds the places
TRAIL_PERIOD_HOURS = env.integer("ELF_TRAIL_PERIOD_HOURS", 1, least=1, most=720)
# days after which our own trails are deleted once nothing is left of them; the map looks back 30
TRAIL_DAYS = env.integer("ELF_TRAIL_DAYS", 90, least=31, most=3650)
# minutes within which two agents at one location collide, if one of them did more than look
COLLISION_MINUTES = env.integer("ELF_COLLISION_MINUTES", 10, least=1, most=240)
# days after which events leave the timeline
# days after which our own clean reports go, once a later look stands for them
FRAUD_CLEAN_DAYS = env.integer("ELF_FRAUD_CLEAN_DAYS", 90, least=7, most=3650)
TIMELINE_DAYS = env.integer("ELF_TIMELINE_DAYS", 90, least=1, most=3650)

# how many stewards sign before a rule becomes golden, or stops being golden
GOLDEN_SIGNATURES = env.integer("ELF_GOLDEN_SIGNATURES", 1, least=1, most=5)

# what is done about gaming by itself: observe = people are told, confirmed = what is as good as
# proven is quarantined too, full = what is likely is frozen as well
FRAUD_MODE = env.choice("ELF_FRAUD_MODE", "observe", ("observe", "confirmed", "full"))
# whether the first 100 characters of a context are kept beside its hash
CONTEXT_PREVIEW = env.flag("ELF_CONTEXT_PREVIEW")

# requests a minute that one key may send, and how many of them may write
API_RATE = env.integer("ELF_API_RATE", 600, least=1, most=1_000_000)
API_WRITE_RATE = env.integer("ELF_API_WRITE_RATE", 300, least=1, most=1_000_000)

# --- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "players.User"
# extends Django's own; both together would hash every wrong password twice
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "game.players.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "game.players.adapters.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_FORMS = {
    "login": "game.players.forms.SignInForm",
    "change_password": "game.players.forms.OwnPasswordForm",
    "set_password": "game.players.forms.FirstPasswordForm",
    "reauthenticate": "game.players.forms.AgainForm",
}
# whoever links or unlinks GitHub types their password again: a session left open is not enough
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = True
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_QUERY_EMAIL = False
GITHUB_CLIENT_ID = env.text("ELF_GITHUB_CLIENT_ID")
GITHUB_CLIENT_SECRET = env.secret("ELF_GITHUB_CLIENT_SECRET")
GITHUB_ORGANISATIONS = env.names("ELF_GITHUB_ORGANISATIONS")
GITHUB_OPEN = env.flag("ELF_GITHUB_OPEN", bool(GITHUB_ORGANISATIONS))
SOCIALACCOUNT_PROVIDERS = {
    "github": {
        # with an address the library expects an Enterprise server, whose API lies under /api/v3
        **({"GITHUB_URL": GITHUB_URL} if GITHUB_URL != "https://github.com" else {}),
        "APPS": [{"client_id": GITHUB_CLIENT_ID, "secret": GITHUB_CLIENT_SECRET, "key": ""}]
        if GITHUB_CLIENT_ID
        else [],
        "SCOPE": ["read:user"] + (["read:org"] if GITHUB_ORGANISATIONS else []),
        "OAUTH_PKCE_ENABLED": True,
    }
}
SILENCED_SYSTEM_CHECKS = [
    "models.E034",  # the seed names an index of 32 characters; 30 is Oracle's limit, not ours
    "admin.E128",  # it knows time fields by their type's name; those of the seeds have their own
]

# --- the rest ------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# read before Django sets TZ to its own TIME_ZONE: local times of other programs are in it
MACHINE_ZONE = os.environ.get("TZ", "")
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # the editor of a workflow: 80 nodes and 200 edges have 1,900
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {request_id} {message}", "style": "{"}
    },
    "filters": {"request": {"()": "elfsite.logs.RequestIdFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"elf": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}

if TESTING:
    # a file as in production, so that plain sqlite3 beside the ORM can be tested as well
    if str(DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
        DATABASES["default"]["TEST"] = {
            "NAME": str(Path(tempfile.gettempdir()) / f"elf-test-{os.getpid()}.db")
        }
    # MD5 saves a third of a test run; nothing of a test is a secret
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
