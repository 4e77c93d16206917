"""What acts and actors in the audit trail are called, for people."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ACT_LABELS: Final[dict[str, LazyString]] = {
    "account.absence": _l("Mencatat masa tidak bertugas"),
    "account.absence_end": _l("Mengakhiri masa tidak bertugas"),
    "account.codes_new": _l("Membuat kode pemulihan baru"),
    "account.deactivate": _l("Menutup akun"),
    "account.factor_off": _l("Mematikan verifikasi dua langkah"),
    "account.factor_on": _l("Mengaktifkan verifikasi dua langkah"),
    "account.factor_reset": _l("Menyetel ulang verifikasi dua langkah"),
    "account.handover": _l("Menyerahkan tugas dan menutup akun"),
    "account.invite": _l("Mengundang petugas"),
    "account.invite_again": _l("Mengirim ulang undangan"),
    "account.invite_many": _l("Mengundang banyak orang sekaligus"),
    "account.link": _l("Mengirim tautan akun"),
    "account.passkey_add": _l("Menambah kunci sandi"),
    "account.passkey_remove": _l("Menghapus kunci sandi"),
    "account.password_change": _l("Mengganti kata sandi"),
    "account.password_set": _l("Membuat kata sandi"),
    "account.provider_bound": _l("Mengikat akun dengan penyedia masuk"),
    "account.provider_unbound": _l("Melepas ikatan dengan penyedia masuk"),
    "account.reset_request": _l("Meminta kata sandi baru"),
    "account.role": _l("Mengubah peran petugas"),
    "account.session_end": _l("Mengakhiri satu sesi"),
    "account.sessions_end": _l("Mengakhiri semua sesi"),
    "account.sign_in": _l("Masuk ke akun"),
    "account.sign_out": _l("Keluar dari akun"),
    "account.units": _l("Mengubah unit petugas"),
    "address.renamed": _l("Mengganti alamat instansi"),
    "agencies.imported": _l("Mengimpor instansi"),
    "agencies.seeded": _l("Mengisi daftar instansi"),
    "agency.added": _l("Menambah instansi"),
    "agency.edited": _l("Mengubah instansi"),
    "agency.live": _l("Membuka portal untuk warga"),
    "agency.resumed": _l("Mengaktifkan kembali instansi"),
    "agency.suspended": _l("Menangguhkan instansi"),
    "policy.written": _l("Menulis kebijakan"),
    "policy.drafted": _l("Memulai versi kebijakan"),
    "policy.changed": _l("Mengubah isi kebijakan"),
    "policy.rule_put": _l("Menyimpan aturan kebijakan"),
    "policy.rule_dropped": _l("Menghapus aturan kebijakan"),
    "policy.published": _l("Menerbitkan kebijakan"),
    "policy.document_named": _l("Menyebut dokumen bertanda tangan kebijakan"),
    "policy.measured": _l("Menghitung hasil kebijakan"),
    "policy.objected": _l("Mengajukan keberatan"),
    "policy.granted": _l("Memberikan penghargaan atau sanksi"),
    "policy.waived": _l("Memutuskan untuk tidak memberikan penghargaan atau sanksi"),
    "case.accepted": _l("Menerima laporan dari instansi lain"),
    "bulk.asked": _l("Meminta tindakan massal"),
    "bulk.stopped": _l("Menghentikan tindakan massal"),
    "bulk.undone": _l("Membatalkan penerusan massal"),
    "case.answered": _l("Menanggapi laporan"),
    "case.appealed": _l("Pelapor menyanggah lagi"),
    "case.archived": _l("Mengarsipkan laporan"),
    "case.assigned": _l("Meneruskan laporan ke unit"),
    "case.asked": _l("Meminta keterangan pelapor"),
    "case.closed": _l("Menutup laporan"),
    "case.contact_allowed": _l("Pelapor mengizinkan kontaknya diteruskan"),
    "case.decided": _l("Memutuskan siapa yang memegang laporan"),
    "case.forwarded": _l("Laporan berpindah ke instansi lain"),
    "case.grouped": _l("Menggabung laporan"),
    "case.kept": _l("Laporan tidak jadi berpindah"),
    "case.offered": _l("Mengirim laporan ke instansi lain"),
    "case.recalled": _l("Menarik kembali kiriman laporan"),
    "case.draft_returned": _l("Mengembalikan draf tanggapan"),
    "case.drafted": _l("Menulis draf tanggapan"),
    "case.escalated": _l("Menaikkan laporan yang terlambat"),
    "case.entrusted": _l("Menugaskan laporan kepada petugas"),
    "case.contested": _l("Pelapor menyanggah akhir laporan"),
    "case.extended": _l("Memperpanjang waktu permohonan informasi"),
    "case.filed": _l("Mengirim laporan"),
    "case.list_exported": _l("Mengunduh daftar laporan"),
    "case.linked": _l("Menautkan laporan dengan laporan instansi lain"),
    "case.noted": _l("Menulis catatan internal"),
    "case.ombudsman_asked": _l("Pelapor menyerahkan laporan kepada Ombudsman"),
    "case.ombudsman_withdrawn": _l("Pelapor menarik persetujuannya kepada Ombudsman"),
    "case.ombudsman_decided": _l("Mencatat hasil dari Ombudsman"),
    "case.ombudsman_fetched": _l("Mengunduh paket untuk Ombudsman"),
    "case.ombudsman_received": _l("Mencatat penerimaan oleh Ombudsman"),
    "case.overturned": _l("Memutuskan bahwa laporan diproses lagi"),
    "case.printed": _l("Mengunduh laporan sebagai PDF"),
    "case.rated": _l("Pelapor memberi penilaian"),
    "case.recounted": _l("Menghitung ulang batas waktu laporan"),
    "case.reopened": _l("Membuka kembali laporan"),
    "case.replied": _l("Pelapor menulis tanggapan"),
    "case.resumed": _l("Melanjutkan laporan yang tertunda"),
    "case.upheld": _l("Memutuskan bahwa laporan selesai"),
    "case.suggested": _l("Tanggapan instansi lain ditawarkan"),
    "case.taken_in": _l("Mencatat laporan warga"),
    "case.ungrouped": _l("Memisahkan laporan dari kelompoknya"),
    "case.unlinked": _l("Melepas tautan dengan laporan instansi lain"),
    "case.verified": _l("Memverifikasi laporan"),
    "case.withdrawn": _l("Pelapor menarik laporan"),
    "case.photo_shown": _l("Mengumumkan foto laporan"),
    "case.photo_hidden": _l("Tidak mengumumkan lagi foto laporan"),
    "case.split": _l("Membagi laporan"),
    "case.redacted": _l("Mengubah yang dibaca umum dari laporan"),
    "configuration.discarded": _l("Membuang draf pengaturan"),
    "configuration.drafted": _l("Mengubah draf pengaturan"),
    "configuration.published": _l("Menerbitkan pengaturan"),
    "configuration.scheduled": _l("Menjadwalkan pengaturan"),
    "configuration.unscheduled": _l("Membatalkan jadwal pengaturan"),
    "national_reply_template.add": _l("Menambah templat tanggapan"),
    "national_reply_template.change": _l("Mengubah templat tanggapan"),
    "national_reply_template.remove": _l("Menghapus templat tanggapan"),
    "national_setting.changed": _l("Mengubah ketentuan nasional"),
    "domain.added": _l("Menambah domain"),
    "domain.chosen": _l("Memilih domain utama"),
    "domain.lapsed": _l("Melepas domain yang tidak terbukti lagi"),
    "domain.removed": _l("Menghapus domain"),
    "domain.unchosen": _l("Memakai lagi alamat singkat sebagai alamat utama"),
    "domain.verified": _l("Membuktikan domain milik instansi"),
    "export.cancelled": _l("Membatalkan ekspor data"),
    "export.downloaded": _l("Mengunduh ekspor data"),
    "export.expired": _l("Ekspor data dihapus karena masanya habis"),
    "export.requested": _l("Meminta ekspor seluruh data"),
    "handover.arrived": _l("Kiriman dari instansi lain tiba"),
    "handover.refused": _l("Menolak kiriman dari instansi lain"),
    "identity.corrected": _l("Pelapor memperbaiki nama atau kontaknya"),
    "identity.erased": _l("Identitas dihapus atas permintaan pelapor"),
    "identity.erasure_asked": _l("Pelapor meminta identitasnya dihapus"),
    "identity.number_confirmed": _l("Pelapor mengonfirmasi nomor ponselnya"),
    "reply_address.confirmed": _l("Alamat balasan dipastikan"),
    "reporter.signed_in": _l("Pelapor masuk dengan tautan email"),
    "retention.removed": _l("Menghapus yang masa simpannya habis"),
    "retention.set": _l("Mengatur masa simpan data"),
    "retention.started": _l("Menyalakan penghapusan menurut aturan"),
    "retention.stopped": _l("Menghentikan penghapusan menurut aturan"),
    "plan.started": _l("Memulai rencana aksi"),
    "plan.renewed": _l("Membuat versi baru rencana aksi"),
    "plan.line_saved": _l("Menyimpan baris rencana aksi"),
    "plan.line_removed": _l("Menghapus baris rencana aksi"),
    "plan.imported": _l("Mengimpor isi rencana aksi"),
    "plan.submitted": _l("Mengajukan rencana aksi"),
    "plan.withdrawn": _l("Menarik kembali rencana aksi"),
    "plan.accepted": _l("Menerima rencana aksi"),
    "plan.needs_revision": _l("Meminta perbaikan rencana aksi"),
    "plan.remarked": _l("Memberi catatan pada rencana aksi"),
    "plan.ratified": _l("Mengesahkan rencana aksi"),
    "plan.progress": _l("Mencatat capaian rencana aksi"),
    "plan.road_maps": _l("Mengimpor road map"),
    "plan.reminded": _l("Mengingatkan instansi tentang rencana aksi"),
    "coordinator.office": _l("Mengatur pembagian koordinator"),
    "plan.offered": _l("Menawarkan praktik baik"),
    "plan.unoffered": _l("Menarik praktik baik"),
    "plan.copied": _l("Menyalin praktik baik"),
    "operator.entered": _l("Tingkat nasional membuka laporan instansi"),
    "operator.left": _l("Tingkat nasional selesai membaca"),
    "provider.changed": _l("Mengubah penyedia masuk"),
    "reply_template.add": _l("Menambah templat tanggapan"),
    "reply_template.change": _l("Mengubah templat tanggapan"),
    "reply_template.remove": _l("Menghapus templat tanggapan"),
    "trail.exported": _l("Mengunduh jejak audit"),
    "unit.add": _l("Menambah unit"),
    "unit.change": _l("Mengubah unit"),
    "unit.remove": _l("Menghapus unit"),
    "document.add": _l("Menambah dokumen"),
    "document.change": _l("Mengubah dokumen"),
    "document.issue": _l("Memberlakukan dokumen"),
    "document.withdraw": _l("Mencabut dokumen"),
    "document.discard": _l("Menghapus draf dokumen"),
    "document.written": _l("Menyusun naskah keputusan"),
    "document.member_added": _l("Menambah anggota tim dalam keputusan"),
    "document.member_changed": _l("Mengubah anggota tim dalam keputusan"),
    "document.member_removed": _l("Menghapus anggota tim dari keputusan"),
    "document.applied": _l("Menerapkan peran menurut keputusan"),
}

ACTOR_LABELS: Final[dict[str, LazyString]] = {
    "staff": _l("Petugas"),
    "reporter": _l("Pelapor"),
    "coordinator": _l("Koordinator nasional"),
    "system": _l("Sistem"),
}


def act_label(act: str) -> str:
    """An act without words of its own is shown by its name: better odd than hidden."""
    return str(ACT_LABELS.get(act, act))


def actor_label(kind: str) -> str:
    return str(ACTOR_LABELS.get(kind, kind))


# What a list of acts is parted by, and its title; acts of other rooms are no agency's own.
ROOMS: Final[dict[str, LazyString]] = {
    "case": _l("Laporan"),
    "account": _l("Akun dan pengguna"),
    "unit": _l("Unit kerja"),
    "configuration": _l("Pengaturan"),
    "export": _l("Ekspor data"),
    "trail": _l("Jejak audit"),
    "handover": _l("Antarinstansi"),
    "plan": _l("Rencana aksi"),
    "operator": _l("Tingkat nasional"),
    "provider": _l("Masuk lewat penyedia"),
    "document": _l("Dokumen instansi"),
}


def acts_by_room() -> dict[str, list[tuple[str, str]]]:
    """Title -> (act, label), of acts in an agency's own trail."""
    return {
        str(title): [
            (act, str(label)) for act, label in ACT_LABELS.items() if act.partition(".")[0] == room
        ]
        for room, title in ROOMS.items()
    }


def acts_labelled(text: str) -> list[str]:
    """Acts whose label has these letters in it."""
    words = text.casefold()
    return [act for act, label in ACT_LABELS.items() if words in str(label).casefold()]
