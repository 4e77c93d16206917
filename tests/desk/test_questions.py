"""/kelola/pertanyaan: questions of the agency's own, drafted one by one, tried, published."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from sp4n.configuration.extra_questions import newest_questions
from sp4n.settings.extra_questions import Question
from tests.desk.test_settings import publish
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene

HOME = "/kelola/pertanyaan/"
TRY = f"{HOME}pratinjau"


def add(browser: Browser, kind: str, label: str, topic: str = "", **typed: Any) -> Page:
    page = browser.open(HOME)
    page = browser.send(page.form("baru"), jenis=kind, topik=topic)
    return browser.send(page.form("baru"), label=label, **typed)


def add_place(browser: Browser, **typed: Any) -> Page:
    answers = {"option_0_label": "Jalan kota", "option_2_label": "Jalan tol", **typed}
    return add(browser, "one", "Di jalan apa?", required=True, **answers)


def drafted(scene: Scene) -> tuple[Question, ...]:
    with scene.inside() as session:
        return newest_questions(session)


def labels(scene: Scene) -> list[str]:
    return [one.label for one in drafted(scene) if not one.retired]


def button(page: Page, action: str, label: str) -> Any:
    """The form whose button is about this question."""
    words = [
        form
        for form in page.forms()
        if form.action.endswith(action) and label in "".join(form.element.itertext())
    ]
    assert words, f"nothing to {action} {label!r}"
    return words[0]


def test_a_question_is_drafted_tried_and_published(scene: Scene, admin: Browser) -> None:
    page = add_place(admin)
    assert "Draf tersimpan" in page.text
    assert "Pilihan, satu jawaban: Jalan kota, Jalan tol" in page.words
    assert "Belum terbit" in page.words
    (one,) = drafted(scene)
    assert [option.label for option in one.options] == ["Jalan kota", "Jalan tol"]
    tried = admin.send(admin.open(TRY).form("coba"))
    assert tried.errors == ["Belum dijawab: Di jalan apa?"]
    tried = admin.send(tried.form("coba"), **{f"q_{one.key}": one.options[1].key})
    assert "pelapor melanjutkan" in tried.words
    page = admin.open("/kelola/pengaturan/terbitkan")
    assert "Pertanyaan “Di jalan apa?”" in page.words
    assert "Pilihan, satu jawaban: Jalan kota, Jalan tol; wajib" in page.words
    publish(admin)
    page = admin.open(HOME)
    assert "Berlaku" in page.words
    assert labels(scene) == ["Di jalan apa?"]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", {}),
        ("long", {"help": "Ceritakan urutannya.", "help_en": "Tell us in order."}),
        ("several", {"option_0_label": "Bau", "option_1_label": "Buih"}),
        ("yes_no", {"option_1_stop": "Datanglah ke kantor.", "option_1_link": "https://a.go.id"}),
        ("date", {"label_en": "Since when?"}),
        ("number", {"unit": "cm", "low": "0,5", "high": "1.000"}),
        ("place", {}),
    ],
)
def test_every_kind_is_kept_as_it_was_written_and_can_be_opened_again(
    scene: Scene, admin: Browser, kind: str, typed: dict[str, str]
) -> None:
    assert add(admin, kind, "Apa lagi?", **typed).status == 200
    (one,) = drafted(scene)
    page = admin.open(f"{HOME}{one.key}")
    values = page.form(one.key).values
    assert {name: values[name] for name in typed} == {**typed} | (
        {"high": "1000"} if kind == "number" else {}
    )
    admin.send(page.form(one.key))
    assert drafted(scene) == (one,)
    assert admin.send(admin.open(TRY).form("coba")).status == 200


def test_a_question_that_depends_on_an_answer_comes_after_it(scene: Scene, admin: Browser) -> None:
    add_place(admin)
    (first,) = drafted(scene)
    toll = first.options[1].key
    add(admin, "text", "Di kilometer berapa?", required=True, when=f"{first.key}:{toll}")
    assert "Bila “Di jalan apa?” dijawab “Jalan tol”." in admin.open(HOME).words
    second = drafted(scene)[1]
    # Without scripts: asked once the answer is there, and told so.
    page = admin.open(TRY)
    assert f"q_{second.key}" not in shown(page)
    page = admin.send_filled(page.form("coba"), sent(page, **{f"q_{first.key}": toll}))
    assert "memunculkan pertanyaan lain" in page.words
    assert f"q_{second.key}" in shown(page)
    page = admin.send_filled(page.form("coba"), sent(page))
    assert page.errors == ["Belum dijawab: Di kilometer berapa?"]
    # Neither can it go above what it depends on, nor lose it.
    page = admin.send(button(admin.open(HOME), "pindah", "Naik: Di kilometer"))
    assert page.status == 409
    assert "Ubah dahulu syaratnya" in " ".join(page.errors)
    page = admin.send(admin.open(f"{HOME}{first.key}").form("hapus"))
    assert page.status == 409
    form = admin.open(f"{HOME}{first.key}").form(first.key)
    page = admin.send(form, option_1_label="")
    assert "Tulis 2 sampai 20 pilihan" in " ".join(page.errors)
    page = admin.send(form, option_1_label="", option_2_label="Jalan desa")
    assert page.status == 409
    assert labels(scene) == ["Di jalan apa?", "Di kilometer berapa?"]


def shown(page: Page) -> set[str]:
    """The fields that a browser without scripts shows: nothing of a template."""
    return set(sent(page, every=True))


def sent(page: Page, *, every: bool = False, **typed: str) -> dict[str, Any]:
    form = page.form("coba")
    hidden = {one for part in form.element.iter("template") for one in part.iter()}
    values: dict[str, Any] = {}
    for name, controls in form.controls.items():
        there = [one for one in controls if one not in hidden]
        ticked = [
            one for one in there if every or one.get("type") != "radio" or "checked" in one.attrib
        ]
        if ticked:
            said = [one.get("value") or "" for one in ticked]
            values[name] = said if name == "asked" else said[0]
    return {**values, **typed}


def test_the_order_is_changed_with_buttons(scene: Scene, admin: Browser) -> None:
    for label in ("Satu?", "Dua?", "Tiga?"):
        add(admin, "text", label)
    add(admin, "text", "Topik?", topic="kesehatan")
    admin.send(button(admin.open(HOME), "pindah", "Naik: Tiga?"))
    assert labels(scene) == ["Satu?", "Tiga?", "Dua?", "Topik?"]
    admin.send(button(admin.open(HOME), "pindah", "Turun: Satu?"))
    assert labels(scene) == ["Tiga?", "Satu?", "Dua?", "Topik?"]
    publish(admin)
    admin.send(button(admin.open(HOME), "pindah", "Turun: Satu?"))
    page = admin.open("/kelola/pengaturan/terbitkan")
    assert "Urutan pertanyaan" in page.words
    assert "Tiga?; Satu?; Dua?; Topik?" in page.words
    assert "Tiga?; Dua?; Satu?; Topik?" in page.words


def test_what_was_published_is_retired_not_deleted_and_what_was_not_goes(
    scene: Scene, admin: Browser
) -> None:
    add(admin, "text", "Nomor pelanggan?")
    publish(admin)
    (one,) = drafted(scene)
    page = admin.open(f"{HOME}{one.key}")
    assert not page.has_form("hapus")
    forged = {**page.form("berhenti").values, "question": one.key}
    answer = admin.client.post(f"{HOME}hapus", data=forged)
    assert answer.status_code == 409
    page = admin.send(page.form("berhenti"))
    assert "Jawaban yang ada tetap tersimpan" in page.text
    assert (labels(scene), len(drafted(scene))) == ([], 1)
    assert "Nomor pelanggan?" in page.words
    publish(admin)
    assert admin.send(button(admin.open(HOME), "berhenti", "Tanyakan lagi")).status == 200
    assert labels(scene) == ["Nomor pelanggan?"]
    add(admin, "text", "Salah ketik?")
    admin.send(admin.open(f"{HOME}{drafted(scene)[1].key}").form("hapus"))
    assert labels(scene) == ["Nomor pelanggan?"]


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("text", {"label": ""}, "Tulis pertanyaannya"),
        ("text", {"label": "x" * 201}, "Paling panjang 200"),
        ("one", {}, "Tulis 2 sampai 20 pilihan"),
        ("one", {"option_0_label": "a", "option_1_label": "A"}, "sudah ada"),
        ("one", {"option_0_label": "a", "option_1_stop": "Ke sana"}, "Tulis pilihannya"),
        ("yes_no", {"option_0_stop": "x", "option_1_stop": "y"}, "Sisakan sedikitnya satu"),
        ("yes_no", {"option_0_link": "https://a.go.id"}, "Tulis juga ke mana"),
        ("yes_no", {"option_0_stop": "x", "option_0_link": "http://a.go.id"}, "https://"),
        ("yes_no", {"option_0_stop": "x", "option_0_agency": "tiada"}, "tidak ada di SP4N"),
        ("number", {"low": "banyak"}, "Tulis dengan angka"),
        ("number", {"high": "1e30"}, "Tulis dengan angka"),
        ("number", {"high": "9" * 16}, "Tulis dengan angka"),
        ("number", {"low": "5", "high": "2"}, "lebih kecil dari batas bawah"),
        ("text", {"help": "x" * 301}, "Paling panjang 300"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(
    scene: Scene, admin: Browser, kind: str, typed: dict[str, str], words: str
) -> None:
    page = add(admin, kind, **{"label": "Apa?", **typed})
    assert page.status == 422
    assert any(words in error for error in page.errors), page.errors
    values = page.form("baru").values
    assert {name: values[name] for name in typed} == typed
    assert drafted(scene) == ()


def test_a_topic_has_so_many_questions_and_no_more(scene: Scene, admin: Browser) -> None:
    admin.strict = False
    for number in range(10):
        add(admin, "text", f"Pertanyaan {number}?")
    page = add(admin, "text", "Satu lagi?")
    assert "Paling banyak 10 pertanyaan" in " ".join(page.errors)
    assert add(admin, "text", "Satu lagi?", topic="kesehatan").status == 200


def test_two_who_write_at_once_do_not_overwrite_each_other(scene: Scene, admin: Browser) -> None:
    add(admin, "text", "Lama?")
    (one,) = drafted(scene)
    other = scene.desk(scene.person("admin", "Made Rekan"))
    mine = admin.open(f"{HOME}{one.key}").form(one.key)
    other.send(other.open(f"{HOME}{one.key}").form(one.key), label="Punya rekan?")
    page = admin.send(mine, label="Punya saya?")
    assert page.status == 409
    assert "Made Rekan baru saja mengubah draf ini" in " ".join(page.errors)
    assert "Punya rekan?" in page.words
    assert page.form(one.key).values["label"] == "Punya saya?"
    admin.send(page.form(one.key))
    assert labels(scene) == ["Punya saya?"]


def test_a_condition_that_is_made_up_is_refused(scene: Scene, admin: Browser) -> None:
    add_place(admin)
    (first,) = drafted(scene)
    add(admin, "yes_no", "Ada yang terluka?", topic="kesehatan")
    of_a_topic = drafted(scene)[1]
    page = admin.send(admin.open(HOME).form("baru"), jenis="text", topik="")
    form = page.form("baru")
    for when in (f"{of_a_topic.key}:ya", f"{first.key}:ya", "x", f"{first.key}:{'x' * 300}"):
        page = admin.send_filled(form, {**form.values, "label": "Lagi?", "when": when})
        assert page.status == 422
    own = admin.open(f"{HOME}{first.key}").form(first.key)
    itself = f"{first.key}:{first.options[0].key}"
    assert admin.send_filled(own, {**own.values, "when": itself}).status == 422
    assert len(drafted(scene)) == 2


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
def test_only_an_admin_may(scene: Scene, admin: Browser, role: str) -> None:
    add(admin, "text", "Lama?")
    (one,) = drafted(scene)
    other = scene.desk(scene.person(role))
    forms = [*admin.open(HOME).forms(), *admin.open(f"{HOME}{one.key}").forms()]
    for path in (HOME, f"{HOME}{one.key}", TRY, f"{HOME}baru?jenis=text"):
        assert other.open(path).status == 403
    for form in (form for form in forms if "/pertanyaan/" in form.action):
        if form.method == "post":
            answer = other.client.post(form.action, data=form.values)
            assert answer.status_code in (400, 403)
    assert labels(scene) == ["Lama?"]


def test_another_agencys_questions_are_its_own(scene: Scene, app: Flask, admin: Browser) -> None:
    add(admin, "text", "Rahasia dapur?")
    (one,) = drafted(scene)
    other = Scene(app, make_agency(app)).desk()
    assert other.open(f"{HOME}{one.key}").status == 404
    form = add(other, "text", "Milik sendiri?")
    values = {
        "question": one.key,
        "edits": "1",
        "csrf_token": re.findall(r'csrf_token" value="([^"]+)', form.text)[0],
    }
    for act in ("pindah", "berhenti", "hapus"):
        assert other.client.post(f"{HOME}{act}", data=values).status_code == 404
    assert "Rahasia dapur?" not in other.open(HOME).words
    assert labels(scene) == ["Rahasia dapur?"]


def test_a_restored_version_brings_the_questions_back_as_they_were(
    scene: Scene, admin: Browser
) -> None:
    add(admin, "text", "Nomor pelanggan?", required=True)
    publish(admin)
    (one,) = drafted(scene)
    page = admin.open(f"{HOME}{one.key}")
    admin.send(page.form(one.key), label="Nomor meteran?")
    publish(admin)
    assert labels(scene) == ["Nomor meteran?"]
    admin.send(admin.open("/kelola/pengaturan/riwayat/1").form("riwayat/1"), reason="Salah")
    assert drafted(scene) == (one,)
