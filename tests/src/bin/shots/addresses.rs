//! The addresses of pages.

/// Where a page of the list is.
pub fn address_of(page: &str) -> &str {
    match page {
        "masuk" => "/",
        "tarif" => "pengaturan/tarif",
        "pasokan" => "pengaturan/pasokan",
        "bandingkan" => "pemakaian?banding=minggu",
        "kisi" => "perangkat?bentuk=kisi",
        "peta" => "perangkat?bentuk=peta",
        "zona" => "pengaturan/zona",
        "jadwal" => "pemeliharaan/jadwal",
        "libur" => "pemeliharaan/libur",
        "langganan" => "pemeliharaan/langganan",
        "utilitas" => "pengaturan/utilitas",
        "dugaan-atur" => "pengaturan/dugaan",
        "ekspor" => "pelanggan",
        "laporan-susun" => "laporan?jenis=revenue",
        "tutup-hari" => "keuangan?bagian=tutup-hari",
        "tutup-bulan" => "keuangan?bagian=tutup-bulan",
        "rekonsiliasi" => "keuangan?bagian=rekonsiliasi",
        "peringatan-lalu" => "peringatan?bagian=riwayat",
        "peringatan-atur" => "peringatan/pengaturan",
        "antrean-kirim" => "peringatan?bagian=kirim",
        page => page,
    }
}
