"""Names of roles, devices and lengths of time, for people."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

ROLE_LABELS = {
    "admin": _l("Admin instansi"),
    "head": _l("Pimpinan"),
    "liaison": _l("Pejabat penghubung"),
    "viewer": _l("Pengamat"),
    "coordinator": _l("Koordinator nasional"),
    "super_admin": _l("Admin nasional"),
}
ROLE_HINTS = {
    "admin": _l("Memverifikasi, meneruskan, dan menanggapi laporan; mengelola unit dan pengguna."),
    "head": _l("Melihat semua laporan dan membuat catatan internal."),
    "liaison": _l("Menanggapi laporan yang diteruskan ke unitnya."),
    "viewer": _l("Hanya melihat."),
}
# What a browser says of itself, the more particular name first: Edge also says it is Chrome.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def role_label(role: str) -> str:
    return str(ROLE_LABELS.get(role, role))


def device_name(user_agent: str) -> str:
    """ "Firefox, Linux": enough to know one's own device again; "" for what is not known."""
    parts = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return ", ".join(part for part in parts if part)


def wait_in_words(seconds: int) -> str:
    if seconds < 90:
        return str(ngettext("%(num)s detik", "%(num)s detik", seconds))
    return str(ngettext("%(num)s menit", "%(num)s menit", -(-seconds // 60)))


def slow_down(seconds: int) -> str:
    wait = wait_in_words(seconds)
    return str(_("Terlalu banyak percobaan. Coba lagi dalam %(wait)s.", wait=wait))


def _first(names: dict[str, str], user_agent: str) -> str:
    found = (name for sign, name in names.items() if re.search(rf"\b{sign}", user_agent))
    return next(found, "")
