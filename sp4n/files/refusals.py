"""Why a file is not taken: what is wrong with it, and what its sender can do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from sp4n.errors import Invalid

FIELD = "attachments"

_WORDS = {
    "empty": _l("“%(name)s” kosong. Pilih berkas yang ada isinya."),
    "too_big": _l(
        "“%(name)s” lebih besar dari %(limit)s MB. Kecilkan atau bagi berkas itu, lalu lampirkan"
        " lagi."
    ),
    "too_many": _l(
        "Paling banyak %(limit)s lampiran. “%(name)s” tidak ikut dilampirkan; hapus lampiran lain"
        " dahulu."
    ),
    "heic": _l(
        "“%(name)s” berformat HEIC, yang belum dapat kami terima. Simpan foto itu sebagai JPEG (di"
        " iPhone: Pengaturan, Kamera, Format, Paling Kompatibel), lalu lampirkan lagi."
    ),
    "markup": _l(
        "“%(name)s” adalah halaman web atau gambar SVG, yang dapat membawa program. Simpan sebagai"
        " PNG atau PDF, lalu lampirkan lagi."
    ),
    "program": _l(
        "“%(name)s” adalah program, bukan foto atau dokumen. Lampirkan foto (JPEG, PNG, WebP) atau"
        " PDF."
    ),
    "unknown": _l(
        "“%(name)s” bukan jenis berkas yang dapat kami terima. Lampirkan foto (JPEG, PNG, WebP)"
        " atau PDF."
    ),
    "wrong_suffix": _l(
        "“%(name)s” sebenarnya berisi %(kind)s. Ganti akhiran namanya menjadi %(suffix)s, atau"
        " pilih berkas yang benar."
    ),
    "wrong_type": _l(
        "“%(name)s” berisi %(kind)s, tetapi dikirim sebagai jenis lain. Pilih lagi berkas itu dari"
        " perangkat Anda."
    ),
    "two_things": _l(
        "“%(name)s” memuat berkas lain di dalamnya. Simpan ulang foto atau dokumen itu, lalu"
        " lampirkan hasilnya."
    ),
    "damaged": _l(
        "“%(name)s” rusak atau terpotong. Buka di perangkat Anda; bila terbuka, simpan ulang lalu"
        " lampirkan hasilnya."
    ),
    "too_many_pixels": _l(
        "“%(name)s” melebihi %(limit)s juta piksel. Kecilkan gambar itu, lalu lampirkan lagi."
    ),
    "animated": _l(
        "“%(name)s” adalah gambar bergerak. Lampirkan gambar diam atau tangkapan layar."
    ),
    "encrypted": _l(
        "“%(name)s” dikunci dengan kata sandi. Simpan salinan yang tidak dikunci, lalu lampirkan"
        " lagi."
    ),
    "not_taken": _l(
        "“%(name)s” adalah %(kind)s, yang tidak diterima instansi ini. Lampirkan %(kinds)s."
    ),
    "too_many_pages": _l(
        "“%(name)s” lebih dari %(limit)s halaman. Lampirkan halaman yang perlu saja."
    ),
    "portfolio": _l(
        "“%(name)s” adalah kumpulan berkas dalam satu PDF. Lampirkan isinya satu per satu."
    ),
    "live_form": _l(
        "“%(name)s” adalah formulir yang disusun oleh program. Cetak ke PDF baru, lalu lampirkan"
        " hasilnya."
    ),
    "too_complex": _l(
        "“%(name)s” terlalu rumit untuk diperiksa. Cetak ke PDF baru, lalu lampirkan hasilnya."
    ),
    "no_picture": _l(
        "“%(name)s” bukan gambar yang dapat kami pakai. Pilih gambar PNG, JPEG, atau WebP."
    ),
    "drawn_by_program": _l(
        "“%(name)s” adalah gambar SVG, yang dapat membawa program ke halaman warga. Simpan sebagai"
        " PNG, lalu pilih lagi."
    ),
    "too_small": _l(
        "“%(name)s” terlalu kecil. Pilih gambar yang lebarnya sedikitnya %(width)s piksel dan"
        " tingginya %(height)s piksel."
    ),
    "too_thin": _l(
        "“%(name)s” terlalu memanjang. Pilih gambar yang sisi panjangnya paling banyak %(times)s"
        " kali sisi pendeknya."
    ),
    "not_stored": _l(
        "“%(name)s” belum dapat disimpan karena gangguan pada pihak kami. Coba lagi sebentar lagi,"
        " atau lanjutkan tanpa lampiran ini."
    ),
}


def refused(reason: str, name: str, **values: str | int) -> Invalid:
    """To be raised; `name` is what people know the file by."""
    message = str(_WORDS[reason]) % {"name": name, **values}
    return Invalid(fields={FIELD: message})
