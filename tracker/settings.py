"""Every setting of the project, read from the environment.

Nothing here has a default that would be unsafe in production: what a production start
needs is checked by :mod:`tracker.checks`, which names the variable and the mend.
The embedded default (no variable set at all) is a developer's machine: SQLite, DEBUG on.
"""

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tracker.elsewhere import allauth_providers

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- What kind of start this is -------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# A throw-away key serves development and tests; tracker.checks refuses it elsewhere.
INSECURE_KEY = "insecure-key-for-development-only"
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Links in mails are made from this address only, never from a request's Host header.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Network Tracker")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data")))
# `make demo` keeps the key it made beside its data, so that a command run by hand on the
# same data needs no variable and signs the same links.
KEPT_KEY = DATA_DIR / "secret_key"
SECRET_KEY = (
    env.str("SECRET_KEY", default="")
    or (KEPT_KEY.read_text().strip() if KEPT_KEY.is_file() else "")
    or INSECURE_KEY
)
# The demo writes what its SMTP sink really received here, and the web process shows it.
DEMO_MAIL_DIR = env.str("DEMO_MAIL_DIR", default="")
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=1)

# --- Applications ---------------------------------------------------------------
INSTALLED_APPS = [
    "tracker",
    "notifications",
    "reports",
    "milestones",
    "networks",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "bootstrap",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "lucide",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "networks.middleware.NoNul",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "networks.middleware.OwnZone",
    "networks.middleware.OwnLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "networks.door.middleware.FreshKey",
    "networks.door.middleware.SecondFactor",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
ASGI_APPLICATION = "tracker.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.context_processors.site",
                "tracker.context_processors.nav",
            ],
            "builtins": ["tracker.templatetags.ui"],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database: DATABASE_URL, else the embedded SQLite ----------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'tracker.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE takes the write lock at BEGIN: a later upgrade would fail at once
        # with "database is locked", whatever the timeout. FULL because a power cut
        # must not roll back the row that says a mail has left.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
        "PRAGMA mmap_size=134217728;PRAGMA cache_size=-20000;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Cache: in the database, so that log-in limits survive a flushed Redis --------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        # The stock 300 would let 300 strangers' addresses push out the count of wrong
        # log-ins against one account.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# --- People ----------------------------------------------------------------------
AUTH_USER_MODEL = "networks.User"
AUTHENTICATION_BACKENDS = ["networks.door.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_LENGTH = 12
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "networks.door.passwords.NotTheWordsOfHere"},
]
LOGIN_REDIRECT_URL = "my-work"
LOGIN_URL = "account_login"
# A mailed link to a new password is good for so long.
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "networks.door.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "networks.door.accounts.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# A mail may take its minutes; a code is for one browser and three tries.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# The proxy in front says who asks: the limits count by that address.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0
MFA_ADAPTER = "networks.door.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# The key itself asks who holds it: then possession alone opens nothing.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
# Nobody signs up here with an address that is not theirs: the programme opens accounts.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {"add_webauthn": "networks.door.forms.AddPasskeyForm"}

# Log-ins of other places (docs/operations.md, "Log-ins of other places").
SOCIALACCOUNT_ADAPTER = "networks.door.providers.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
ORCID_URL = env.str("ORCID_URL", default="https://orcid.org")
ORCID_CLIENT_ID = env.str("ORCID_CLIENT_ID", default="")
ORCID_CLIENT_SECRET = env.str("ORCID_CLIENT_SECRET", default="")
OIDC_PROVIDERS = env.str("OIDC_PROVIDERS", default="")
SOCIALACCOUNT_PROVIDERS = allauth_providers(
    {"client_id": ORCID_CLIENT_ID, "secret": ORCID_CLIENT_SECRET, "url": ORCID_URL},
    OIDC_PROVIDERS,
)

# --- API ---------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "networks.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": [
        "networks.filters.StrictFilterBackend",
        "networks.filters.StrictOrderingFilter",
    ],
    "DEFAULT_PAGINATION_CLASS": "networks.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["networks.parsers.GuardedJSONParser"],
    "EXCEPTION_HANDLER": "networks.problems.problem_handler",
    "PAGE_SIZE": 50,
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Network Tracker API",
    "DESCRIPTION": "Research networks, their plans, their status, and the report over them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "networks.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ProgrammeKind": "networks.models.Programme.Kind",
        "OrganisationKind": "networks.models.Organisation.Kind",
        "PartnerKind": "networks.models.Partner.Kind",
        "NetworkState": "networks.models.Network.State",
        "MilestoneState": "milestones.models.Milestone.State",
        "DeliverableState": "milestones.models.Deliverable.State",
        "DeclarationKind": "networks.models.ConflictDeclaration.Kind",
        "AmendmentKind": "milestones.models.Amendment.Kind",
        "AmendmentState": "milestones.models.Amendment.State",
        "EvidenceKind": "milestones.models.Evidence.Kind",
        "StatusUpdateKind": "milestones.models.StatusUpdate.Kind",
        "RiskLevel": "milestones.models.RiskLevel",
        "Recommendation": "reports.models.Recommendation",
    },
}
KNOX_TOKEN_MODEL = "networks.ApiToken"
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=365),
    "AUTO_REFRESH": False,
    "AUTH_HEADER_PREFIX": "Token",
    "TOKEN_MODEL": KNOX_TOKEN_MODEL,
}

# --- Language and time: storage is UTC, people see their own -------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("de", _("German")),
    ("it", _("Italian")),
    ("es", _("Spanish")),
    ("nl", _("Dutch")),
]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "tracker" / "locale"]

# --- Static files and uploads ---------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(DATA_DIR / "media"))
# Where fonts lie for scripts that the typesetter's own do not cover (Debian's packages
# fonts-noto-core, fonts-noto-cjk and fonts-noto-color-emoji): see reports/papers.
PAPER_FONTS = env.list("PAPER_FONTS", default=["/usr/share/fonts"])
STORAGES = {
    "default": {"BACKEND": "tracker.storage.WholeFiles"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_BACKEND",
            default="django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Security -------------------------------------------------------------------------
HTTPS = env.bool("HTTPS", default=SITE_URL.startswith("https://"))
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Whether other hosts of the same domain speak HTTPS only is for their owner to say.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# The container's own health check speaks plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^healthz/reminders$", r"^metrics$"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# With this prefix a browser keeps them for this host alone; it asks for HTTPS.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Mail -----------------------------------------------------------------------------
EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://localhost:1025")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Network Tracker <tracker@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where the mail servers send what they cannot deliver (the envelope's sender); without it
# they write to DEFAULT_FROM_EMAIL. And where we fetch it from, see notifications.mailboxes.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_MAILBOX = env.str("BOUNCE_MAILBOX", default="")
# Events of a mail provider through django-anymail, which is installed apart. Every variable
# that begins with ANYMAIL_ goes to it; without the secret its addresses do not exist.
ANYMAIL_WEBHOOK_SECRET = env.str("ANYMAIL_WEBHOOK_SECRET", default="")
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_") and value
}
if ANYMAIL_WEBHOOK_SECRET and find_spec("anymail"):
    INSTALLED_APPS += ["anymail"]
# All workers together; 0 sets no limit.
MAILS_PER_MINUTE = env.int("MAILS_PER_MINUTE", default=0)
# Names the installation that may send, where machines do not share DATA_DIR.
SENDING_EPOCH = env.str("SENDING_EPOCH", default="")
# Each statement of the hand-over is shared by so many mails.
MAIL_BATCH = 200
# What each worker has in the air (notifications.journal): on a disk of its own machine.
JOURNAL_DIR = Path(env.str("JOURNAL_DIR", default=str(DATA_DIR / "journal")))
# Longer than any batch may take, SMTP time limits included (services.delivering).
MAIL_LEASE = timedelta(seconds=180)
# A relay's own time limits (RFC 5321: 10 minutes) are over by then: no stalled connection
# can still complete the first copy.
MAIL_SETTLE_AFTER = timedelta(minutes=15)
# What the relay can do about a mail in doubt (services.resolving): plain, idempotent (it drops
# copies by the value of a header, for some time), askable (a callable says what it has).
MAIL_RELAY = env.str("MAIL_RELAY", default="plain")
MAIL_IDEMPOTENCY_HEADER = env.str("MAIL_IDEMPOTENCY_HEADER", default="Idempotency-Key")
MAIL_IDEMPOTENCY_WINDOW = timedelta(minutes=env.int("MAIL_IDEMPOTENCY_MINUTES", default=24 * 60))
MAIL_RELAY_LOOKUP = env.str("MAIL_RELAY_LOOKUP", default="notifications.asking.in_postfix_log")
# Oldest first.
MAIL_RELAY_LOGS = env.list("MAIL_RELAY_LOGS", default=["/var/log/mail.log.1", "/var/log/mail.log"])
# Where tests let the sender fail (notifications.failpoints); never from the environment.
FAILPOINTS = ""

# --- Celery: Redis only carries the wake-up, the database row is the truth -------------
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Without the last two Kombu looks for lost messages only every hundred seconds or so.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_BEAT_SCHEDULE = {
    "sweep-reminders": {
        "task": "notifications.tasks.sweep",
        "schedule": timedelta(seconds=env.int("SWEEP_SECONDS", default=30)),
        "options": {"expires": 60},
    },
}
# A web process sweeps when nobody else has for two minutes. Off: for copies that must not send.
SWEEP_FROM_WEB = env.bool("SWEEP_FROM_WEB", default=True)
# Not in the first moments of its life: when all services start, beat is not there yet.
SWEEP_GRACE_SECONDS = env.int("SWEEP_GRACE_SECONDS", default=90)
# From how many seconds of silence on reminders count as late, or as stopped.
REMINDERS_LATE_SECONDS = env.int("REMINDERS_LATE_SECONDS", default=300)
REMINDERS_STOPPED_SECONDS = env.int("REMINDERS_STOPPED_SECONDS", default=1800)
if BOUNCE_MAILBOX:
    CELERY_BEAT_SCHEDULE["read-bounces"] = {
        "task": "notifications.tasks.read_bounces",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 240},
    }
# Without a token /metrics answers this machine only.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")

# --- Logs -------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"keys": {"()": "tracker.secret_addresses.MaskKeys"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
