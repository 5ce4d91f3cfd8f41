//! The names of columns as they are met: of water utilities in Indonesia first, of programs in English behind them.

use crate::imports::field::Field;

/// How sure an exact name is, in thousandths: one that means a field and nothing else, one that mostly does, one that could be many things.
const SURE: u16 = 1_000;
const MOSTLY: u16 = 850;
const MAYBE: u16 = 600;

/// Names in their short words (the first of [`SAME`]), parted by `|`. No field: a column that is known and has nothing to import.
pub(super) const NAMES: &[(Option<Field>, u16, &str)] = &[
    (
        Some(Field::Number),
        SURE,
        "no plg|no samb|no sr|id plg|idpel|nosal|kode plg|no rek plg|plg id|plg no|plg code|account no|\
         id samb|nomor induk plg|nip plg|nopel|nolang|no registrasi|no reg",
    ),
    (Some(Field::Number), MOSTLY, "no rek|no rekening|account|no kontrak|plg"),
    (Some(Field::Number), MAYBE, "id|kode|code|nomor"),
    (
        Some(Field::Name),
        SURE,
        "nama|nama plg|nama lengkap|full nama|plg nama|nama pemilik|atas nama|nama pelanggan air|nama warga",
    ),
    (Some(Field::Name), MOSTLY, "pemilik|nama penghuni|owner|warga|nama konsumen"),
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
        "alamat|alamat plg|plg alamat|alamat rumah|alamat lengkap|jalan|street|alamat tinggal|alamat ktp",
    ),
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
    (Some(Field::Status), SURE, "status|status plg|status samb|kondisi plg|stat|keadaan plg|state|plg status"),
    (Some(Field::Label), SURE, "label|nama samb|nama properti|sebutan|nama lokasi|connection nama|property nama|label samb"),
    (
        Some(Field::ConnectionAddress),
        SURE,
        "alamat samb|alamat pasang|lokasi samb|lokasi pemasangan|alamat pemasangan|lokasi meter|alamat meter|\
         alamat persil|connection alamat|service alamat|installation alamat",
    ),
    (Some(Field::ConnectionAddress), MAYBE, "lokasi|location"),
    (
        Some(Field::PropertyKind),
        SURE,
        "jenis bangunan|jenis properti|jenis samb|jenis persil|tipe bangunan|property type|property kind|\
         peruntukan|jenis rumah|jenis plg|tipe plg",
    ),
    (Some(Field::PropertyKind), MAYBE, "jenis|tipe|type|kategori|category"),
    (
        Some(Field::TariffClass),
        SURE,
        "gol|jenis tarif|tipe tarif|gol tarif|kode gol|kd gol|gol plg|tarif|kelas tarif|tariff class|kelompok plg|\
         kelompok tarif|tarif gol|rate class|kd tarif|kode tarif",
    ),
    (
        Some(Field::Zone),
        SURE,
        "wil|zona|kode zona|zona code|wil code|kode wil|rayon|cabang|kd wil|nama wil|area|wil layanan|zona layanan|region|district",
    ),
    (Some(Field::Zone), MAYBE, "unit|blok|jalur|cater|dusun|lingkungan"),
    (Some(Field::Latitude), SURE, "lat|latitude|lintang|koordinat y|koord y|garis lintang|gps lat"),
    (Some(Field::Longitude), SURE, "lon|long|lng|longitude|bujur|koordinat x|koord x|garis bujur|gps long"),
    (
        Some(Field::Position),
        SURE,
        "koordinat|koord|gps|lat long|latlong|koordinat gps|titik koordinat|coordinates|lokasi gps|position|\
         titik lokasi|posisi|lat lon|latitude longitude",
    ),
    (
        Some(Field::Serial),
        SURE,
        "no meter|no water meter|no seri|no seri meter|seri meter|serial|serial no|meter serial|id meter|meter id|meter no|\
         kode meter|no body meter|no seri wm|s n|sn|meter serial no",
    ),
    (Some(Field::Serial), MAYBE, "meter|seri"),
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
         installation tgl|install tgl|tgl ganti meter|tgl aktif",
    ),
    (Some(Field::InstalledOn), MAYBE, "tgl"),
    (
        Some(Field::ReadAt),
        SURE,
        "tgl baca|tgl baca ini|tgl baca akhir|tgl catat|tgl pembacaan|waktu baca|tgl pencatatan|reading tgl|read at|tgl baca meter|\
         waktu catat|read tgl|jam baca|tgl catat meter|reading time|timestamp",
    ),
    (Some(Field::ReadAt), MOSTLY, "tgl|waktu|time|tgl jam"),
    (
        Some(Field::Register),
        SURE,
        "stand|stand meter|stand akhir|stand kini|stand ini|stand baru|stand sekarang|stand meter akhir|\
         stand meter kini|angka meter|angka bulan ini|angka kini|meter akhir|angka akhir|reading|meter reading|current reading|register|\
         stand bulan ini|posisi meter|index|closing reading|stand akhir meter",
    ),
    (
        Some(Field::Register),
        MOSTLY,
        "stand pasang|stand awal|stand awal pasang|initial reading|volume meter|pembacaan|akhir|kini",
    ),
    (
        Some(Field::Balance),
        SURE,
        "saldo|saldo deposit|saldo awal|saldo akhir|balance|opening balance|sisa saldo|saldo air|deposit|credit|saldo rp|\
         saldo plg|kredit",
    ),
    (
        None,
        SURE,
        "no|m3|no urut|urut|nourut|seq|pakai|pemakaian|usage|consumption|volume|kubikasi|tagihan|jml tagihan|\
         total tagihan|total|jml|denda|biaya|biaya beban|biaya admin|administrasi|harga air|uang air|ket|\
         keterangan|catatan|remarks|notes|petugas|nama petugas|pembaca meter|nama pembaca|stand lalu|\
         stand meter lalu|stand bulan lalu|previous reading|angka awal|meter awal|periode|bulan|tahun|period|\
         month|foto|rt|rw|rt rw|kel|kelurahan|desa|kec|kecamatan|nama ibu|nama ibu kandung|ttd|paraf|\
         tgl lahir|tempat lahir|jenis kelamin|umur|pekerjaan|tunggakan|materai|lunas|tgl bayar|nama bank|\
         diameter|ukuran|lalu|awal|tgl lalu|tgl daftar",
    ),
];

/// Words that mean the same, the first being the short one of them.
pub(super) const SAME: &[&str] = &[
    "no|nomor|nomer|num|number|nmr|nbr|n0",
    "plg|pelanggan|pel|pelggn|plgn|langganan|lgn|lang|langg|customer|cust|konsumen|client|subscriber",
    "samb|sambungan|sambung|sr|sl",
    "nama|nm|name|nam",
    "alamat|almt|alm|address|addr|adress|adr",
    "telp|tlp|tlpn|telpon|telepon|telephone|phone|tel|telfon|telepn",
    "hp|handphone|ponsel|seluler|mobile|cellphone|cell",
    "gol|golongan",
    "tarif|trf|tariff",
    "wil|wilayah",
    "zona|zn|zone",
    "meter|mtr|meteran|watermeter|wm",
    "stand|stan|std|standmeter",
    "tgl|tanggal|date|tgl.|tangg|dt",
    "rek|rekening",
    "jml|jumlah|jlh|qty",
    "kab|kabupaten",
    "ket|keterangan",
    "pasang|pemasangan|dipasang|terpasang|psg",
    "baca|pembacaan|bacaan|dibaca",
    "catat|pencatatan|dicatat",
    "merk|merek|mrk",
    "seri|serie|series",
    "koordinat|koord|coordinate|kordinat",
    "akhir|akh",
    "awal|awl",
];
