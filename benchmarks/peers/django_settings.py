"""Django's settings for django-helpdesk: what its installation guide asks for, without what costs and is not needed."""

import os
from pathlib import Path

FOLDER = Path(os.environ["BENCH_FOLDER"])

SECRET_KEY = "of a bench"
DEBUG = False
ALLOWED_HOSTS = ["desk.example"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.humanize",
    "helpdesk",
]
SITE_ID = 1
ROOT_URLCONF = "benchmarks.peers.django_urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "desk.sqlite3",
        # Readers beside the writer, and fewer flushes than its default: kinder than what we allow ourselves.
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"},
    }
}
TEMPLATES = [
    {  # outside DEBUG, Django keeps compiled templates by itself
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.contrib.auth.context_processors.auth"]},
    }
]
MEDIA_ROOT = FOLDER / "media"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("BENCH_SINK_PORT", "25"))
DEFAULT_FROM_EMAIL = "support@desk.example"
LOGIN_URL = "/login/"

HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_API_ENABLED = False
HELPDESK_ENABLE_BACKLINKS = False
