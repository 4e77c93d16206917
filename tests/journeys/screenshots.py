"""Pictures of every page, to be looked at by hand, from a running demo instance:

`sp4n demo accounts --json > accounts.json`
`python -m tests.journeys.screenshots OUT_DIR accounts.json [--only WORD] [--part PART]`

Each page at 390 and 1280 px, in both languages, light and dark. On the way a report is filed, an
agency is suspended and made active again, and another's settings are drafted and thrown away.
What a demo cannot bring about (errors, a case of long names) is in `test_pictures`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
    "parts": "/bagian",
    "mails": "/surat-demo",
}
AGENCY = {
    "front": "/",
    "cases": "/laporan",
    "cases-nothing": "/laporan?q=qwxyz",
    "track": "/lacak",
    "sign-in": "/masuk",
    "forgotten": "/lupa-sandi",
    "link-over": "/atur-sandi/" + "x" * 43,
    "not-found": "/tidak/ada",
    "mails": "/surat-demo",
}
DESK_PAGES = {
    "cases": "/desk/",
    "cases-late": "/desk/?terlambat=1",
    "cases-nothing": "/desk/?q=qwxyz",
    "trail": "/kelola/jejak/",
    "account": "/akun",
    "password": "/akun/sandi",
    "manage": "/kelola/",
    "units": "/kelola/unit/",
    "new-unit": "/kelola/unit/baru",
    "people": "/kelola/orang/",
    "invite": "/kelola/orang/undang",
    "trail-found": "/kelola/jejak/?pelaku=staff&kata=laporan",
    "trail-wrong": "/kelola/jejak/?laporan=123",
    "exports": "/kelola/ekspor/",
}
SETTINGS_PAGES = {
    "index": "",
    "tampilan": "tampilan",
    "kontak": "kontak",
    "surat": "surat",
    "history": "riwayat",
}
KEPT = "/nasional/kelola"
CONSOLE_PAGES = {
    "overview": "/nasional/",
    "agencies": "/nasional/instansi",
    "agencies-late": "/nasional/instansi?urut=terlambat",
    "agencies-nothing": "/nasional/instansi?q=qwxyz",
    "agencies-filtered": "/nasional/instansi?jenis=kabupaten&hanya=terlambat",
    "account": "/akun",
    "manage": f"{KEPT}/",
    "kept": f"{KEPT}/instansi/",
    "kept-found": f"{KEPT}/instansi/?search=pasaman",
    "new-agency": f"{KEPT}/instansi/baru",
    "people": f"{KEPT}/orang/",
    "invite": f"{KEPT}/orang/undang",
}
# What each question is answered with, so that it comes back with the reason.
WRONG = (
    {"title": "Gelap", "description": "Gelap"},
    {"occurred_on": "2090-01-05"},
    {},
    {"reporter_email": "made@", "reporter_phone": "1"},
)
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
        photographed(visitor, self.folder, name)


def photographed(visitor: Visitor, folder: Path, name: str) -> None:
    """The page that is open, whole, at rest, in both schemes: `name.language.width.scheme.png`."""
    schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
    for scheme in schemes:
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        file = f"{name}.{visitor.device.language}.{visitor.device.width}.{scheme}.png"
        visitor.page.screenshot(path=folder / file, full_page=True)


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
        keep_receipt(camera, visitor)
    return filed


def keep_receipt(camera: Camera, visitor: Visitor) -> None:
    """As the PDF it is: `pdftoppm -png` makes a picture of it."""
    with visitor.page.expect_download() as coming:
        visitor.find("main a[href*='/lapor/bukti']").click()
    coming.value.save_as(camera.folder / f"receipt.{camera.device.language}.pdf")


def filing_wrongly(camera: Camera, agency: str) -> None:
    """Each question once with an answer that it does not take; then left, and come back to."""
    with camera.visitor() as visitor:
        visitor.open(f"{agency}/lapor")
        visitor.go_on()
        camera.take(visitor, "filing-error-1")
        for number, _step in enumerate(answer_questions(visitor, REPORT), 1):
            typed = WRONG[number - 2] if 1 < number < 2 + len(WRONG) else {}
            if typed:
                right = {name: visitor.field(name).input_value() for name in typed}
                visitor.type(**typed)
                visitor.go_on()
                camera.take(visitor, f"filing-error-{number}")
                visitor.type(**right)
        visitor.open(f"{agency}/lapor")
        camera.take(visitor, "filing-unfinished")


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
        sign_in(visitor, agency, account["email"], "salah sekali sandinya")
        camera.take(visitor, "agency-sign-in-wrong")
        sign_in(visitor, agency, account["email"], account["password"])
        for name, path in DESK_PAGES.items():
            camera.open(visitor, f"desk-{name}", agency + path)
        visitor.go_on()
        camera.take(visitor, "desk-invite-error")
        desk_cases(camera, visitor, agency, "desk")
        for kind, act in {"orang": "tutup", "unit": "hapus"}.items():
            first = first_of(visitor, f"{agency}/kelola/{kind}/", "main tbody a")
            camera.open(visitor, f"desk-{kind}", first)
            one = first.removesuffix("/ubah")
            camera.open(visitor, f"desk-{kind}-{act}", f"{one}/{act}")


def desk_cases(camera: Camera, visitor: Visitor, agency: str, name: str) -> None:
    for state in STATES:
        first = first_of(
            visitor, f"{agency}/desk/?status={state}", "main a[href*='/desk/laporan/']"
        )
        if not first:
            continue
        camera.open(visitor, f"{name}-case-{state}", first)
        if state == "in_progress":
            unfold(visitor)
            visitor.go_on("form[action*='/jawab']")
            camera.take(visitor, f"{name}-case-error")


def unfold(visitor: Visitor) -> None:
    visitor.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def first_of(visitor: Visitor, address: str, selector: str) -> str:
    """Where the first such link of that page leads, whole; nothing where there is none."""
    visitor.open(address)
    link = visitor.find(selector)
    return str(link.first.evaluate("link => link.href")) if link.count() else ""


def liaison_desk(camera: Camera, agency: str, account: dict[str, str]) -> None:
    with camera.visitor() as visitor:
        sign_in(visitor, agency, account["email"], account["password"])
        camera.take(visitor, "liaison-cases")
        desk_cases(camera, visitor, agency, "liaison")
        camera.open(visitor, "liaison-not-allowed", f"{agency}/kelola/")


def settings(camera: Camera, agency: str, account: dict[str, str]) -> None:
    """From what holds to a draft, its preview and the question before it holds; thrown away."""
    home = f"{agency}/kelola/pengaturan/"
    with camera.visitor() as visitor:
        sign_in(visitor, agency, account["email"], account["password"])
        for name, path in SETTINGS_PAGES.items():
            camera.open(visitor, f"settings-{name}", home + path)
        visitor.open(f"{home}kontak")
        visitor.type(contact_phone="bukan nomor")
        visitor.go_on()
        camera.take(visitor, "settings-kontak-error")
        visitor.type(contact_phone="(0361) 555666")
        visitor.go_on()
        camera.take(visitor, "settings-draft")
        visitor.go_on("form[action$='/pratinjau']")
        camera.take(visitor, "settings-preview")
        visitor.open(f"{agency}/?akhiri-pratinjau=1")
        camera.open(visitor, "settings-publish", f"{home}terbitkan")
        visitor.go_on()
        camera.take(visitor, "settings-publish-error")
        camera.open(visitor, "settings-discard", f"{home}buang")
        visitor.go_on()


def console(camera: Camera, slug: str, account: dict[str, str]) -> None:
    with camera.visitor() as visitor:
        sign_in(visitor, camera.origin, account["email"], account["password"])
        for name, path in CONSOLE_PAGES.items():
            camera.open(visitor, f"console-{name}", path)
        one = f"/nasional/instansi/{slug}"
        camera.open(visitor, "console-agency", one)
        camera.open(visitor, "console-enter", f"{one}/buka")
        visitor.type(reason="Memeriksa keluhan warga yang belum dijawab.")
        visitor.go_on()
        camera.take(visitor, "console-inside")
        first = visitor.find("main th a").first.get_attribute("href") or ""
        camera.open(visitor, "console-inside-case", first)
        visitor.open(f"{one}/laporan")
        visitor.go_on("form[action$='/tutup']")


def suspending(camera: Camera, slug: str, account: dict[str, str]) -> None:
    """An agency that takes no reports for a while, as the console and as a citizen sees it."""
    site = camera.origin.replace("://", f"://{slug}.")
    with camera.visitor() as visitor:
        sign_in(visitor, camera.origin, account["email"], account["password"])
        kept = first_of(visitor, f"{KEPT}/instansi/?search={slug}", "main tbody a")
        camera.open(visitor, "console-kept-agency", kept)
        unfold(visitor)
        visitor.type(reason="Sistemnya sedang dipindahkan.")
        visitor.go_on("form[action$='/tangguhkan']")
        camera.take(visitor, "console-kept-suspended")
        camera.open(visitor, "console-agency-suspended", f"/nasional/instansi/{slug}")
        for name, path in {"front": "/", "track": "/lacak", "filing": "/lapor"}.items():
            camera.open(visitor, f"suspended-{name}", site + path)
        visitor.open(kept)
        visitor.go_on("form[action$='/aktifkan']")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("accounts", type=Path)
    asked.add_argument("--url", default="http://localhost:8000")
    asked.add_argument("--agency", default="badungkab")
    asked.add_argument("--only", default="")
    asked.add_argument("--part", default="")
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
                device = Device(width=width, language=language)
                camera = Camera(browser, given.url, given.folder, given.only, device)
                if given.part in ("", "public"):
                    public_pages(camera, agency)
                if given.part in ("", "filing"):
                    tracking(camera, agency, filing(camera, agency))
                    filing_wrongly(camera, agency)
                if given.part in ("", "desk"):
                    desk(camera, agency, accounts[given.agency, "admin"])
                    liaison_desk(camera, agency, accounts[given.agency, "liaison"])
                if given.part in ("", "settings"):
                    settings(camera, agency, accounts[given.agency, "admin"])
                if given.part in ("", "console"):
                    console(camera, given.agency, accounts["nasional", "super_admin"])
                    suspending(camera, "pasamankab", accounts["nasional", "super_admin"])


if __name__ == "__main__":
    main()
