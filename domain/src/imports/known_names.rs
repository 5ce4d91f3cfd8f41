//! The names of columns as they are met: of water utilities in Indonesia first, of programs in English behind them.

use crate::imports::field::Field;

/// How sure an exact name is, in thousandths: one that means a field and nothing else, one that mostly does, one that could be many things.
const SURE: u16 = 1_000;
const MOSTLY: u16 = 850;
const MAYBE: u16 = 600;

/// How sure a name is of a field that it could hold where nothing better does.
const AT_LEAST: u16 = 500;

/// How sure a name is that another of the same field outdoes: what a balance was before it moved, the code of a zone or an office of the utility
/// beside the zone's name, a category of customers beside their class.
const EARLIER: u16 = 900;

/// Names in their short words (the first of [`SAME`]), parted by `|`. No field: a column that is known and has nothing to import.
pub(super) const NAMES: &[(Option<Field>, u16, &str)] = &[
    (
        Some(Field::Number),
        SURE,
        "no plg|no samb|no sr|id plg|idpel|nosal|kode plg|no rek plg|plg id|plg no|plg code|account no|\
         id samb|nomor induk plg|nip plg|nopel|nolang|no registrasi|no reg|account id|account kode|id warga|kode warga|no warga|\
         no plg air|kode samb|no anggota|id anggota|kode anggota|no peserta|no npa|npa|no dsl|nosl|nosr",
    ),
    (Some(Field::Number), MOSTLY, "no rek|no rekening|account|no kontrak|plg|no induk|no pokok|no id"),
    (Some(Field::Number), MAYBE, "id|kode|nomor|no kartu"),
    (Some(Field::Number), AT_LEAST, "no kamar|kamar|no rumah|blok no|blok no rumah|no kavling|no unit|room no|house no|unit no"),
    (
        Some(Field::Name),
        SURE,
        "nama|nama plg|nama lengkap|full nama|plg nama|nama pemilik|atas nama|nama pelanggan air|nama warga|\
         nama kepala keluarga|nama kk|nama pemanfaat|nama anggota|nama pengguna",
    ),
    (
        Some(Field::Name),
        MOSTLY,
        "pemilik|nama penghuni|owner|warga|kepala keluarga|nama penyewa|tenant nama|plg|nama pemakai|nama pemohon|nama peserta|\
         nama penerima manfaat|nama penerima|nama rumah tangga|nama instansi|nama ktp|nama wajib bayar|nama bapak ibu|anggota|pengguna|\
         nama alamat|nama dan alamat",
    ),
    (
        Some(Field::Phone),
        SURE,
        "telp|hp telp|no telp|hp|no hp|wa|no wa|telp hp|hp wa|no telp hp|no hp wa|kontak|no kontak|contact|\
         contact no|whatsapp|no whatsapp",
    ),
    (Some(Field::Email), SURE, "email|e mail|alamat email|surel|email alamat|mail"),
    (
        Some(Field::Address),
        SURE,
        "alamat|alamat plg|plg alamat|alamat rumah|alamat lengkap|alamat tinggal|alamat ktp|alamat domisili|alamat kini",
    ),
    (
        Some(Field::Address),
        MOSTLY,
        "jalan|street|alamat 1|addr1|alamat jalan|alamat jln|alamat jl|nama jalan|jln|jl|tempat tinggal",
    ),
    (Some(Field::Address), EARLIER, "address1"),
    (Some(Field::Address), AT_LEAST, "alamat rt rw|alamat dusun|alamat desa"),
    (Some(Field::City), SURE, "kota|kab|kota kab|kab kota|city|regency"),
    (Some(Field::Province), SURE, "provinsi|propinsi|prov|province"),
    (Some(Field::PostalCode), SURE, "kode pos|kodepos|kdpos|postal code|postcode|zip|zip code|post code"),
    (
        Some(Field::Nik),
        SURE,
        "nik|no ktp|ktp|no nik|nik ktp|no identitas|id card no|national id|no induk kependudukan|nik no ktp",
    ),
    (
        Some(Field::HouseholdSize),
        SURE,
        "jml jiwa|jml penghuni|jml anggota keluarga|penghuni|jiwa|household size|jml orang|occupants|\
         jml anggota",
    ),
    (
        Some(Field::Status),
        SURE,
        "status|status plg|status samb|status aktif|kode status|kondisi plg|stat|keadaan plg|plg status|keaktifan|status keaktifan",
    ),
    (Some(Field::Status), MAYBE, "state|aktif tidak|aktif tidak aktif"),
    (Some(Field::Label), SURE, "label|nama samb|nama properti|sebutan|nama lokasi|connection nama|property nama|label samb"),
    (
        Some(Field::ConnectionAddress),
        SURE,
        "alamat samb|alamat pasang|lokasi samb|lokasi pemasangan|alamat pemasangan|lokasi meter|alamat meter|\
         alamat persil|connection alamat|service alamat|installation alamat|premise alamat|premises alamat|site alamat",
    ),
    (Some(Field::ConnectionAddress), MAYBE, "lokasi|location"),
    (
        Some(Field::PropertyKind),
        SURE,
        "jenis bangunan|jenis properti|jenis samb|jenis persil|tipe bangunan|property type|property kind|\
         peruntukan|jenis rumah|jenis plg|tipe plg|fungsi bangunan",
    ),
    (Some(Field::PropertyKind), MAYBE, "jenis|tipe|kategori|category|kategori plg"),
    (
        Some(Field::TariffClass),
        SURE,
        "gol|jenis tarif|tipe tarif|gol tarif|kode gol|kd gol|gol plg|tarif|kelas tarif|tariff class|kelompok plg|\
         kelompok tarif|tarif gol|rate class|kd tarif|kode tarif|kategori tarif|jenis gol|gol samb",
    ),
    (Some(Field::TariffClass), EARLIER, "kelas plg|kategori plg"),
    (Some(Field::TariffClass), MAYBE, "kelompok|kelas|kel plg"),
    (
        Some(Field::Zone),
        SURE,
        "wil|zona|rayon|nama rayon|cabang|nama cabang|nama wil|nama zona|area|wil layanan|zona layanan|region|district",
    ),
    (
        Some(Field::Zone),
        EARLIER,
        "kode zona|zona kode|wil kode|kode wil|kode rayon|kode cabang|unit pelayanan|unit layanan|kantor cabang|ikk|unit ikk",
    ),
    (Some(Field::Zone), MAYBE, "unit|blok|jalur|cater|dusun|lingkungan|banjar|unit cabang|dma"),
    (Some(Field::Zone), AT_LEAST, "rute|sektor|cluster|klaster|sub unit|unit kerja|route|kode route|kode rute|kode jalur"),
    (
        Some(Field::Latitude),
        SURE,
        "lat|latitude|lintang|koordinat y|koord y|garis lintang|gps lat|koordinat lat|titik lat|titik y",
    ),
    (Some(Field::Latitude), MAYBE, "y"),
    (Some(Field::Longitude), MAYBE, "x"),
    (
        Some(Field::Longitude),
        SURE,
        "lon|long|lng|longitude|bujur|koordinat x|koord x|garis bujur|gps long|koordinat long|koordinat lon|titik long|titik x",
    ),
    (
        Some(Field::Position),
        SURE,
        "koordinat|koord|gps|lat long|latlong|koordinat gps|titik koordinat|lokasi gps|position|\
         titik lokasi|posisi|lat lon|latitude longitude",
    ),
    (
        Some(Field::Serial),
        SURE,
        "no meter|no water meter|no seri|no seri meter|seri meter|serial|serial no|meter serial|id meter|meter id|meter no|\
         kode meter|no body meter|no body|no bodi|no seri wm|s n|sn|meter sn|sn meter|meter serial no|manufacturer serial no|meter key|nowm|\
         medidor|no medidor|numero medidor|contador|hidrometro|no hidrometro|numero hidrometro",
    ),
    (Some(Field::Serial), MAYBE, "meter|seri|meter air|dev eui|device eui"),
    (
        Some(Field::Model),
        SURE,
        "merk|merek|merk meter|model|tipe meter|jenis meter|brand|meter model|merk type|merek meter|\
         meter brand",
    ),
    (
        Some(Field::InstalledOn),
        SURE,
        "tgl pasang|tgl samb|tgl pemasangan|tgl instalasi|tgl pasang meter|pasang|installed on|\
         installation tgl|install tgl|tgl ganti meter|tgl aktif|installed|meter installed|tgl pasang awal",
    ),
    (Some(Field::InstalledOn), MOSTLY, "tgl realisasi|tgl ganti"),
    (Some(Field::InstalledOn), MAYBE, "tgl"),
    (
        Some(Field::ReadAt),
        SURE,
        "tgl baca|tgl kini|tgl baca ini|tgl baca akhir|tgl catat|waktu baca|read at|tgl baca meter|baca akhir tgl|\
         waktu catat|jam baca|tgl catat meter|reading time|timestamp|baca timestamp|timestamp local|local timestamp|meter baca tgl|meter baca tgl time|\
         fecha lectura|data leitura",
    ),
    (Some(Field::ReadAt), MOSTLY, "tgl|waktu|time|tgl jam|tgl time|tgl waktu|tgl akhir|akhir tgl"),
    (
        Some(Field::ReadTime),
        SURE,
        "jam baca|waktu baca|reading time|jam catat|waktu catat|jam baca meter|waktu baca meter|meter reading time|pukul baca",
    ),
    (Some(Field::ReadTime), MOSTLY, "waktu|time|jam|pukul"),
    (
        Some(Field::Register),
        SURE,
        "stand|stand meter|stand akhir|stand kini|stand ini|stand baru|stand sekarang|stand meter akhir|\
         stand meter kini|angka meter|angka bulan ini|angka kini|meter akhir|meter kini|angka akhir|baca|meter reading|\
         current reading|stand bulan ini|posisi meter|index|closing reading|stand akhir meter|baca value|meter baca value|\
         baca akhir|baca akhir baca|nilai baca|totalizer|totaliser|volume kumulatif|kumulatif volume|cumulative volume|cumulative baca|\
         angka stand|posisi stand|angka meter akhir|angka meter kini|m kini|lectura|lectura actual|leitura|leitura atual",
    ),
    (
        Some(Field::Register),
        MOSTLY,
        "stand pasang|stand awal|stand awal pasang|initial reading|volume meter|akhir|kini|register|stand meter awal|angka awal|\
         meter awal|angka meter awal|angka stand awal|angka pasang",
    ),
    (Some(Field::Register), MAYBE, "value|angka"),
    (
        Some(Field::Balance),
        SURE,
        "saldo|saldo deposit|saldo akhir|balance|akhir balance|sisa saldo|saldo air|deposit|saldo rp|saldo plg",
    ),
    (Some(Field::Balance), MOSTLY, "credit|kredit"),
    (Some(Field::Balance), EARLIER, "saldo awal|opening balance"),
    (
        None,
        SURE,
        "no|m3|no urut|urut|nourut|seq|pakai|pemakaian|penggunaan|pemakaian air|penggunaan air|usage|consumption|volume|kubikasi|tagihan|jml tagihan|\
         total tagihan|total|jml|denda|biaya|biaya beban|biaya admin|administrasi|harga air|uang air|ket|\
         keterangan|catatan|remarks|notes|petugas|nama petugas|pembaca meter|nama pembaca|stand lalu|\
         stand meter lalu|stand bulan lalu|previous reading|baca lalu|meter lalu|angka lalu|angka meter lalu|stand angkat|stand cabut|\
         periode|bulan|tahun|period|blth|\
         month|foto|rt|rw|rt rw|kel|kelurahan|desa|kec|kecamatan|nama ibu|nama ibu kandung|ttd|paraf|\
         tgl lahir|tempat lahir|jenis kelamin|umur|pekerjaan|tunggakan|materai|lunas|tgl bayar|nama bank|\
         diameter|ukuran|lalu|awal|tgl lalu|tgl daftar|no kk|kk|no kartu keluarga|kartu keluarga|\
         baca tipe|tipe baca|jenis baca|status baca|baca status|kode baca|baca kode|metode baca|cara baca|status stand|\
         lectura anterior|leitura anterior|consumo",
    ),
];

/// Words that mean the same, the first being the short one of them.
pub(super) const SAME: &[&str] = &[
    "no|nomor|nomer|num|number|nmr|nbr|n0",
    "kode|kd|code|cd",
    "account|acct|acc|acnt",
    "plg|pelanggan|pel|pelggn|plgn|langganan|lgn|lang|langg|customer|cust|konsumen|consumer|client|subscriber|concessionaire",
    "samb|sambungan|sambung|sr|sl|connection",
    "nama|nm|name|nam|names",
    "alamat|almt|alm|address|addr|adress|adr",
    "telp|tlp|tlpn|telpon|telepon|telephone|phone|tel|telfon|telepn",
    "hp|handphone|ponsel|seluler|mobile|cellphone|cell",
    "gol|golongan",
    "tarif|trf|tariff|tarip",
    "kelompok|klp|klmpk",
    "kelas|klas|kls",
    "orang|org",
    "cabang|cab",
    "wil|wilayah",
    "zona|zn|zone",
    "meter|mtr|meteran|watermeter|wm",
    "stand|stan|std|st|standmeter",
    "tgl|tanggal|date|tgl.|tangg|dt",
    "rek|rekening",
    "jml|jumlah|jlh|qty",
    "kab|kabupaten",
    "ket|keterangan",
    "pasang|pemasangan|dipasang|terpasang|psg",
    "baca|pembacaan|bacaan|dibaca|read|reading|readings|reads",
    "kini|ini|skrg|skr|sekarang|current|curr|present",
    "lalu|sebelum|sebelumnya|sblm|previous|prev|prior|last|lama|old|past",
    "tipe|type|typ",
    "catat|pencatatan|dicatat",
    "merk|merek|mrk|brand",
    "seri|serie|series",
    "koordinat|koord|coordinate|coordinates|kordinat|coord",
    "akhir|akh|terakhir|closing|end|final",
    "awal|awl|init|initial|opening|start|begin|beginning",
];

#[cfg(test)]
mod tests {
    use crate::imports::field::Field;
    use crate::imports::names::{Dictionary, Name};

    #[test]
    fn names_of_utilities_of_spain_and_brazil_and_of_networks_are_known() {
        let dictionary = Dictionary::new();
        let best = |name: &str| {
            dictionary.near(&Name::new(name)).into_iter().max_by_key(|near| near.per_mille).and_then(|near| near.field)
        };
        for (field, names) in [
            (Some(Field::Serial), "Medidor|Número de Medidor|CONTADOR|Hidrômetro|DevEUI|Device EUI"),
            (Some(Field::ReadAt), "Fecha de Lectura|FECHA_LECTURA|Data da Leitura|Data Leitura"),
            (Some(Field::Register), "Lectura|Lectura actual|Leitura Atual|Leitura (m3)"),
            (None, "Lectura anterior|Leitura Anterior|Consumo (m3)"),
        ] {
            for name in names.split('|') {
                assert_eq!(best(name), field, "{name}");
            }
        }
    }

    #[test]
    fn names_of_smaller_utilities_are_known() {
        let dictionary = Dictionary::new();
        let best = |name: &str| {
            dictionary.near(&Name::new(name)).into_iter().max_by_key(|near| near.per_mille).and_then(|near| near.field)
        };
        for (field, names) in [
            (
                Some(Field::Number),
                "No. Anggota|ID Anggota|Kode Samb.|No. Pelanggan Air|NPA|No Peserta|No. Induk|Nomor Pokok|Pelanggan No. Langganan",
            ),
            (
                Some(Field::Name),
                "Nama Anggota|NAMA PENGGUNA|Nama Pemakai|Nama Pemohon|Nama Penerima Manfaat|Nama Sesuai KTP|\
                 Nama / Instansi|Nama / Alamat|Nama / Name|Nama Rumah Tangga",
            ),
            (Some(Field::Address), "Alamat Jalan|Jln.|Jl|Nama Jalan|Alamat RT/RW|Alamat / Jalan|Tempat Tinggal|Alamat Tinggal"),
            (Some(Field::TariffClass), "Klp Tarif|Kelas Pelanggan|Kategori Tarif|Tarip|Klas|Jenis Golongan|Golongan Sambungan"),
            (Some(Field::Zone), "Cab.|Unit Pelayanan|IKK|Rute|Cluster|Sektor|ROUTE_CD"),
            (Some(Field::Status), "Keaktifan|Aktif/Tidak"),
            (Some(Field::InstalledOn), "Tgl. Pasang Awal|Tgl Realisasi|Tgl Ganti"),
            (Some(Field::Register), "Angka Meter Awal|Meter Awal|Angka Stand|M. Kini|Stand Awal WM|Posisi Stand|INIT_STAND"),
            (Some(Field::HouseholdSize), "Jml. Org"),
            (Some(Field::Model), "DATA TEKNIS MERK|Merk / Brand"),
            (Some(Field::Latitude), "KOORDINAT LAT"),
            (Some(Field::Serial), "Water Meter No. Meter|Meter Air|NOWM|Meter / Meter No"),
            (None, "Pemakaian Air|Penggunaan|Angka Lalu|Jml Pemakaian|No. KK|Read Type|Status Baca"),
        ] {
            for name in names.split('|') {
                assert_eq!(best(name), field, "{name}");
            }
        }
    }
}
