"""What the variables of every address can stand for: of one's own, of others, and of nobody.

A variable that has no value here fails the tests: a new route is attacked, or it is noticed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from sp4n.cases.references import with_check
from tests.attacks.planting import CASES, Planted
from tests.rules.doors import room_of

# Variables that name no row, and what they can be.
OF_NOBODY: dict[str, Sequence[str]] = {
    "name": ("jenis", "isi", "tempat", "rincian", "lampiran", "identitas"),
    "filename": ("app.css",),
    "letter": ("diterima", "ditanggapi"),
    "group": ("tampilan", "gambar", "kontak", "tautan", "surat", "publikasi"),
    "variant": ("logo", "print", "icon"),
    "topic": ("jalan-rusak", "instansi-1"),  # national, or an agency's own: each counts its own
    "number": ("1", "2"),  # of an agency's versions: each counts its own
}
# Variables by name, or by room and name, where the same name means several things.
VALUES: dict[str, Callable[[Planted], Sequence[object]]] = {
    "reference": lambda of: [case.reference for case in of.cases.values()],
    "attachment_id": lambda of: [case.attachment_id for case in of.cases.values()],
    "session_id": lambda of: list(of.sessions.values()),
    "national_accounts.session_id": lambda of: list(of.nationals.sessions.values()),
    "absence_id": lambda of: [of.absence],
    "event_id": lambda of: [of.suggestion],
    "handover_id": lambda of: [of.sent[0]],
    "national_inside.handover_id": lambda of: [of.sent[1]],
    "token": lambda of: [of.link],
    "kelola_ekspor.token": lambda of: [of.export_token],
    "handoff_id": lambda of: [of.handoff],
    "export_id": lambda of: [of.export_id],
    "passkey_id": lambda of: of.passkeys,
    "national_accounts.passkey_id": lambda of: of.nationals.passkeys,
    "photo": lambda of: [of.photo],
    "policy_id": lambda of: of.policies.policies,
    "run_id": lambda of: of.policies.runs,
    "proposal_id": lambda of: of.policies.proposals,
    "slug": lambda of: [of.agency.slug],
    "picture": lambda of: of.pictures,
    "question": lambda of: of.questions,
    "kelola_unit.row_id": lambda of: of.units,
    "kelola_alamat.row_id": lambda of: of.domains,
    "kelola_batas.row_id": lambda of: of.units,
    "kelola_aturan.row_id": lambda of: of.units,
    "kelola_orang.row_id": lambda of: list(of.accounts.values()),
    "follow_key": lambda of: of.follow_keys,
    "link_key": lambda of: of.link_keys,
    "document_id": lambda of: of.documents,
    "member_id": lambda of: of.members,
    "reply_key": lambda of: of.reply_keys,
    "view_id": lambda of: of.workbench.views,
    "bulk_id": lambda of: [of.workbench.bulk],
    "plan_id": lambda of: [of.plans.plan],
    "item_id": lambda of: of.plans.items,
    "upload_id": lambda of: [of.plans.upload],
    "kelola_templat.row_id": lambda of: of.workbench.templates,
    # National: of no agency.
    "road_map_id": lambda of: [of.plans.road_map],
    "national_admin_replies.row_id": lambda of: of.workbench.templates,
    "national_admin_agency.row_id": lambda of: [of.agency.id],
    "national_admin_people.row_id": lambda of: list(of.nationals.ids.values()),
}
MISSING = {
    "reference": with_check("234567899"),
    "token": "x" * 43,
    "photo": "0" * 32,
    "slug": "tiadakab",
    "follow_key": f"1-{'0' * 40}",
    "link_key": f"1-{'0' * 40}",
    "reply_key": f"1-{'0' * 40}",
}
MISSING["picture"] = f"{'0' * 24}-96x96"
MISSING_ID = str(2**40 + 7)
# Where an address has several variables, those of this case are taken.
TYPICAL = CASES.index("proses")
# How many values of a single variable are tried: evenly spread over those that there are.
MOST = {"GET": 4, "POST": 2}


class Unknown(AssertionError):
    """No value is known for a variable: add it to VALUES."""


@dataclass(frozen=True)
class Target:
    """An address with somebody's values, beside the same one with nobody's."""

    path: str
    missing: str
    values: tuple[str, ...]
    missing_values: tuple[str, ...]


def values_of(rule: Rule, name: str, planted: Planted) -> list[str]:
    values = VALUES.get(f"{room_of(rule)}.{name}") or VALUES.get(name)
    if values is None:
        raise Unknown(f"no value known for {name!r} of {rule}: add it to VALUES")
    return [str(value) for value in values(planted)]


def filled(rule: Rule, values: dict[str, str]) -> str:
    typed: dict[str, Any] = {
        name: int(value) if isinstance(rule._converters[name], IntegerConverter) else value
        for name, value in values.items()
    }
    built = rule.build(typed, append_unknown=False)
    assert built is not None, f"{rule} takes no {values}"
    return built[1]


def site_rules(app: Flask, site: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.subdomain == site]


def with_ids(app: Flask, site: str) -> list[Rule]:
    """The addresses that name a row."""
    return [rule for rule in site_rules(app, site) if ids_in(rule)]


def ids_in(rule: Rule) -> list[str]:
    return sorted(set(rule.arguments) - set(OF_NOBODY))


def methods_of(rule: Rule) -> list[str]:
    return sorted({"GET", "POST"} & (rule.methods or set()))


def own_paths(rule: Rule, planted: Planted) -> Iterator[str]:
    """With one's own values: of several variables those that belong together."""
    columns = {
        name: list(OF_NOBODY.get(name) or values_of(rule, name, planted)) for name in rule.arguments
    }
    for place in range(max((len(column) for column in columns.values()), default=1)):
        yield filled(rule, {name: some[place % len(some)] for name, some in columns.items()})


def foreign_targets(
    rule: Rule, mine: Planted, theirs: Planted, method: str = "GET"
) -> Iterator[Target]:
    """Each variable mine or theirs, at least one of them theirs."""
    names = ids_in(rule)
    for whose in itertools.product((mine, theirs), repeat=len(names)):
        owners = dict(zip(names, whose, strict=True))
        if theirs in whose:
            for there in picked(rule, owners, MOST[method]):
                yield target(rule, there, {name for name in names if owners[name] is theirs})


def picked(rule: Rule, owners: dict[str, Planted], most: int) -> Iterator[dict[str, str]]:
    """Some values of a single variable; of several the typical ones."""
    columns = {name: values_of(rule, name, owner) for name, owner in owners.items()}
    if len(columns) > 1:
        columns = {name: [some[TYPICAL % len(some)]] for name, some in columns.items()}
    longest = max(map(len, columns.values()))
    for place in range(0, longest, max(1, longest // most)):
        yield {name: some[place % len(some)] for name, some in columns.items()}


def target(rule: Rule, there: dict[str, str], foreign: set[str]) -> Target:
    nobodys = {name: MISSING.get(name, MISSING_ID) for name in foreign}
    fixed = {name: OF_NOBODY[name][0] for name in set(rule.arguments) & set(OF_NOBODY)}
    return Target(
        filled(rule, {**fixed, **there}),
        filled(rule, {**fixed, **there, **nobodys}),
        tuple(there.values()),
        tuple({**there, **nobodys}.values()),
    )
