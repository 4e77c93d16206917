"""/kelola/: what an agency's admin keeps: settings, units, people."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_admin import Admin
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.accounts.admin_base import WalledIndex, WalledModelView
from sp4n.accounts.login import current_actor
from sp4n.accounts.models import Account
from sp4n.accounts.permissions import Permission
from sp4n.accounts.queries import people_of_units
from sp4n.cases.queries import open_cases_by_unit
from sp4n.configuration.gone import sent_to
from sp4n.configuration.health import findings
from sp4n.db import db
from sp4n.desk.addresses_admin import Addresses
from sp4n.desk.export_admin import Exports
from sp4n.desk.holidays_admin import LocalHolidays
from sp4n.desk.limits_admin import TimeLimits
from sp4n.desk.messages_admin import Messages
from sp4n.desk.onboarding_admin import Onboarding
from sp4n.desk.people_admin import People
from sp4n.desk.provider_admin import Provider
from sp4n.desk.questions_admin import Questions
from sp4n.desk.replies_admin import ReplyTemplates
from sp4n.desk.retention_admin import Retention
from sp4n.desk.routing_admin import RoutingRules
from sp4n.desk.settings_admin import Settings
from sp4n.desk.topics_admin import Topics
from sp4n.desk.trail_admin import Trail
from sp4n.desk.unit_rules_admin import UnitRules
from sp4n.organisation.forms import UnitForm
from sp4n.organisation.models import Unit
from sp4n.organisation.operations import Holdings, add_unit, change_unit, remove_unit
from sp4n.organisation.queries import UnitNode, branch_of, unit_tree
from sp4n.organisation.words import KIND_LABELS
from sp4n.web.forms import Form
from sp4n.workbench.models import ReplyTemplate


class Index(WalledIndex):
    permission = Permission.UNIT_EDIT
    template = "desk/keeping.html"

    def more(self) -> dict[str, Any]:
        return {"findings": findings(db.session(), agency=g.agency)}


class Units(WalledModelView):
    """The tree of units; the list is the tree itself."""

    permission = Permission.UNIT_EDIT
    about = _l("Dinas, bidang, dan unit layanan yang menangani laporan.")
    form = UnitForm
    one = _l("unit baru")
    can_create = can_edit = can_delete = True
    column_list = ("name", "kind", "short_name", "active")
    column_labels = {
        "name": _l("Unit"),
        "kind": _l("Jenis"),
        "short_name": _l("Nama singkat"),
        "active": _l("Status"),
    }
    column_searchable_list = ("name", "short_name")
    column_sortable_list = ()
    column_formatters = {
        "name": lambda view, context, node, name: f"{'– ' * node.depth}{node.name}",
        "kind": lambda view, context, node, name: KIND_LABELS.get(node.kind, ""),
        "active": lambda view, context, node, name: _("Aktif") if node.active else _("Nonaktif"),
    }

    def get_list(self, page: int | None, *args: Any, **kwargs: Any) -> tuple[int, list[UnitNode]]:
        """Page by page in the order of the tree; a search leaves the units that have the words."""
        _sort, _desc, search, *_rest = args
        words = (search or "").casefold()
        nodes = [
            node
            for node in unit_tree(db.session())
            if words in f"{node.name} {node.short_name}".casefold()
        ]
        start = (page or 0) * self.page_size
        return len(nodes), nodes[start : start + self.page_size]

    def create_form(self, obj: Any = None) -> Form:
        form = super().create_form(obj)
        form.offer(unit_tree(db.session(), active_only=True))
        return form

    def edit_form(self, obj: Any = None) -> Form:
        form, own = super().edit_form(obj), branch_of(db.session(), unit_id=obj.id)
        form.offer(node for node in unit_tree(db.session()) if node.id not in own)
        return form

    def create_model(self, form: Form) -> Unit:
        return add_unit(db.session(), answers=form.answers(), actor=current_actor())

    def update_model(self, form: Form, model: Unit) -> None:
        change_unit(
            db.session(),
            unit=model,
            answers=form.answers(),
            actor=current_actor(),
            holdings=holdings(model.id),
        )

    def delete_model(self, model: Unit) -> None:
        remove_unit(db.session(), unit=model, actor=current_actor(), holdings=holdings(model.id))


def holdings(unit_id: int) -> Holdings:
    """Of the unit and those below it, which go out of use with it."""
    session = db.session()
    branch = branch_of(session, unit_id=unit_id)
    by_unit = open_cases_by_unit(session, unit_ids=branch)
    return Holdings(
        people=people_of_units(session, unit_ids=branch),
        open_cases=sum(one.open for one in by_unit.values()),
        sent_by=sent_to(session, branch),
    )


def init_app(app: Flask) -> None:
    index = Index(name=_l("Kelola"), endpoint="kelola", url="/kelola")
    admin = Admin(app, name="kelola", url="/kelola", subdomain="agency", index_view=index)
    admin.add_view(Onboarding(name=_l("Persiapan portal"), endpoint="kelola_mulai", url="mulai"))
    admin.add_view(Settings(name=_l("Pengaturan"), endpoint="kelola_pengaturan", url="pengaturan"))
    admin.add_view(
        LocalHolidays(name=_l("Hari libur daerah"), endpoint="kelola_libur", url="libur")
    )
    admin.add_view(Addresses(name=_l("Alamat"), endpoint="kelola_alamat", url="alamat"))
    admin.add_view(TimeLimits(name=_l("Batas waktu"), endpoint="kelola_batas", url="batas-waktu"))
    admin.add_view(
        UnitRules(
            name=_l("Persetujuan dan bukti per unit"), endpoint="kelola_aturan", url="aturan-unit"
        )
    )
    admin.add_view(Topics(name=_l("Jenis laporan dan topik"), endpoint="kelola_topik", url="topik"))
    admin.add_view(
        RoutingRules(name=_l("Penyaluran laporan"), endpoint="kelola_salur", url="penyaluran")
    )
    admin.add_view(
        Messages(name=_l("Teks surat kepada pelapor"), endpoint="kelola_pesan", url="pesan")
    )
    admin.add_view(
        Questions(name=_l("Pertanyaan tambahan"), endpoint="kelola_pertanyaan", url="pertanyaan")
    )
    admin.add_view(Units(Unit, name=_l("Unit kerja"), endpoint="kelola_unit", url="unit"))
    admin.add_view(People(Account, name=_l("Pengguna"), endpoint="kelola_orang", url="orang"))
    admin.add_view(
        Provider(name=_l("Masuk lewat penyedia"), endpoint="kelola_penyedia", url="penyedia")
    )
    admin.add_view(Exports(name=_l("Ekspor data"), endpoint="kelola_ekspor", url="ekspor"))
    admin.add_view(Retention(name=_l("Masa simpan data"), endpoint="kelola_retensi", url="retensi"))
    admin.add_view(Trail(name=_l("Jejak audit"), endpoint="kelola_jejak", url="jejak"))
    admin.add_view(
        ReplyTemplates(
            ReplyTemplate, name=_l("Templat tanggapan"), endpoint="kelola_templat", url="templat"
        )
    )
