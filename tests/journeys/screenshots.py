"""Pictures of every page, to be looked at by hand, from a running demo instance:

`sp4n demo accounts --json > accounts.json`
`python -m tests.journeys.screenshots OUT_DIR accounts.json [--only WORD] [--dark]`

Each page at 390 and 1280 px, in both languages, light or dark. A report is filed on the way.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tests.journeys.chromium import chromium_path, running_chromium
from tests.journeys.visitor import DESK, PHONE, Device, Visitor, visiting
from tests.journeys.walks import REPORT, Filed, answer_questions, numbers_of, sign_in, track

NATIONAL = {
    "front": "/",
    "search": "/?q=badung",
    "search-nothing": "/?q=qwxyz",
    "directory": "/instansi",
    "directory-narrowed": "/instansi?jenis=kementerian&q=pendidikan",
    "track": "/lacak?reference=KP7-4XM-9R3T",
    "sign-in": "/masuk",
    "forgotten": "/lupa-sandi",
    "not-found": "/tidak/ada",
}
AGENCY = {
    "front": "/",
    "cases": "/laporan",
    "cases-nothing": "/laporan?q=qwxyz",
    "track": "/lacak",
    "sign-in": "/masuk",
    "not-found": "/tidak/ada",
}
DESK_PAGES = {
    "cases": "/desk/",
    "cases-late": "/desk/?terlambat=1",
    "cases-nothing": "/desk/?q=qwxyz",
    "trail": "/desk/jejak",
    "account": "/akun",
    "manage": "/kelola/",
}
STATES = ("unverified", "unhandled", "in_progress", "awaiting_reply", "closed", "archived")


@dataclass
class Camera:
    """Takes what is asked for, and tells what is wrong with a page instead of stopping."""

    browser: Browser
    origin: str
    folder: Path
    only: str
    device: Device

    @contextmanager
    def visitor(self) -> Iterator[Visitor]:
        with visiting(self.browser, self.origin, self.device) as found:
            yield found

    def open(self, visitor: Visitor, name: str, address: str) -> None:
        """Visited even where no picture is wanted: what comes next starts from there."""
        try:
            visitor.open(address)
        except AssertionError as fault:
            sys.stderr.write(f"{name}: {fault}\n")
            visitor.faults.clear()
        self.take(visitor, name)

    def take(self, visitor: Visitor, name: str) -> None:
        if self.only and self.only not in name:
            return
        dark = ".dark" if self.device.scheme == "dark" else ""
        file = f"{name}.{self.device.language}.{self.device.width}{dark}.png"
        visitor.page.screenshot(path=self.folder / file, full_page=True)


def public_pages(camera: Camera, agency: str) -> None:
    with camera.visitor() as visitor:
        for name, path in NATIONAL.items():
            camera.open(visitor, f"national-{name}", path)
        for name, path in AGENCY.items():
            camera.open(visitor, f"agency-{name}", agency + path)
        visitor.open(f"{agency}/laporan")
        links = [link.get_attribute("href") or "" for link in visitor.find(".feed__title a").all()]
        for place in (0, len(links) // 2):
            camera.open(visitor, f"agency-case-{place}", agency + links[place])


def filing(camera: Camera, agency: str) -> Filed:
    with camera.visitor() as visitor:
        visitor.open(f"{agency}/lapor")
        number = 0
        for number, _step in enumerate(answer_questions(visitor, REPORT), 1):
            camera.take(visitor, f"filing-{number}")
        visitor.go_on()
        camera.take(visitor, f"filing-{number + 1}-done")
        filed = numbers_of(visitor)
        visitor.open(f"{agency}/lapor")
        visitor.go_on()
        camera.take(visitor, "filing-error")
        return filed


def tracking(camera: Camera, agency: str, filed: Filed) -> None:
    with camera.visitor() as visitor:
        track(visitor, agency, Filed(filed.reference, "XXXX-XXXX-XXXX-XXXX"))
        camera.take(visitor, "track-wrong")
        track(visitor, agency, filed)
        camera.take(visitor, "tracked")
        visitor.go_on("form[action$='/tanggapan']")
        camera.take(visitor, "tracked-error")


def desk(camera: Camera, agency: str, account: dict[str, str]) -> None:
    with camera.visitor() as visitor:
        sign_in(visitor, agency, account["email"], account["password"])
        for name, path in DESK_PAGES.items():
            camera.open(visitor, f"desk-{name}", agency + path)
        for state in STATES:
            visitor.open(f"{agency}/desk/?status={state}")
            link = visitor.find("main a[href*='/desk/laporan/']").first
            if not link.count():
                continue
            camera.open(visitor, f"desk-case-{state}", agency + (link.get_attribute("href") or ""))
            if state == "in_progress":
                visitor.go_on("form[action$='/jawab']")
                camera.take(visitor, "desk-case-error")


def console(camera: Camera, slug: str, account: dict[str, str]) -> None:
    with camera.visitor() as visitor:
        sign_in(visitor, camera.origin, account["email"], account["password"])
        for name, path in {
            "overview": "/nasional/",
            "agencies": "/nasional/instansi",
            "agencies-late": "/nasional/instansi?urut=terlambat",
            "agency": f"/nasional/instansi/{slug}",
            "enter": f"/nasional/instansi/{slug}/buka",
            "account": "/akun",
        }.items():
            camera.open(visitor, f"console-{name}", path)
        visitor.open(f"/nasional/instansi/{slug}/buka")
        visitor.type(reason="Memeriksa keluhan warga yang belum dijawab.")
        visitor.go_on()
        camera.take(visitor, "console-inside")
        first = visitor.find("main th a").first.get_attribute("href") or ""
        camera.open(visitor, "console-inside-case", first)
        visitor.open(f"/nasional/instansi/{slug}/laporan")
        visitor.go_on("form[action$='/tutup']")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("accounts", type=Path)
    asked.add_argument("--url", default="http://localhost:8000")
    asked.add_argument("--agency", default="badungkab")
    asked.add_argument("--only", default="")
    asked.add_argument("--part", default="")
    asked.add_argument("--dark", action="store_true")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    accounts = {(one["site"], one["role"]): one for one in json.loads(given.accounts.read_text())}
    scheme, _, host = given.url.partition("://")
    agency = f"{scheme}://{given.agency}.{host}"
    path = chromium_path()
    if path is None:
        raise SystemExit("no Chromium: set CHROMIUM")
    with running_chromium(path) as browser:
        for language in ("id", "en"):
            for width in (PHONE, DESK):
                device = Device(
                    width=width, language=language, scheme="dark" if given.dark else "light"
                )
                camera = Camera(browser, given.url, given.folder, given.only, device)
                if given.part in ("", "public"):
                    public_pages(camera, agency)
                if given.part in ("", "filing"):
                    tracking(camera, agency, filing(camera, agency))
                if given.part in ("", "desk"):
                    desk(camera, agency, accounts[given.agency, "admin"])
                if given.part in ("", "console"):
                    console(camera, given.agency, accounts["nasional", "super_admin"])


if __name__ == "__main__":
    main()
