"""The three time zones of Indonesia, and which region keeps which."""

from __future__ import annotations

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
TIME_ZONES = {WIB: "WIB", WITA: "WITA", WIT: "WIT"}

# Keppres 41/1987: Sumatra, Java, West and Central Kalimantan keep western time; South and East
# Kalimantan (and North, split from East in 2012), Sulawesi, Bali and Nusa Tenggara central time;
# Maluku and Papua eastern time. By the first digits of the Kemendagri code.
ZONE_BY_PREFIX = {
    **dict.fromkeys(("1", "2", "3", "61", "62"), WIB),
    **dict.fromkeys(("63", "64", "65", "5", "7"), WITA),
    **dict.fromkeys(("8", "9"), WIT),
}


def time_zone_of(region_code: str) -> str:
    """The IANA zone of a region by its Kemendagri code ("51", "51.03")."""
    return ZONE_BY_PREFIX.get(region_code[:1]) or ZONE_BY_PREFIX[region_code[:2]]
