//! Tests of rows that are no data.

use super::*;

fn row(cells: &[&str]) -> SheetRow {
    let cell = |text: &&str| match text.parse::<f64>() {
        Ok(number) => Cell::Number(number),
        Err(_) if text.is_empty() => Cell::Empty,
        Err(_) => Cell::Text((*text).to_owned()),
    };
    SheetRow { number: 9, is_hidden: false, cells: cells.iter().map(cell).collect() }
}

#[test]
fn what_is_no_data_is_left_out_and_what_looks_like_it_is_not() {
    let header = ["No", "No Pelanggan", "Nama", "Stand Meter Lalu", "Stand Meter Kini"].map(str::to_owned).to_vec();
    let shape = Shape {
        keys: vec![1],
        name: Some(2),
        header,
        required: vec![vec![1], vec![3], vec![4]],
        usual: 5,
        number: Some(1),
        ..Shape::default()
    };
    for (cells, reason) in [
        (&["", "  ", ""][..], SkipReason::Blank),
        (&["", "", "TOTAL", "12", "15"], SkipReason::Total),
        (&["Jumlah :", "", "", "12", "15"], SkipReason::Total),
        (&["", "", "J U M L A H", "12", "15"], SkipReason::Total),
        (&["", "Sub Total Wilayah Utara", "", "12"], SkipReason::Total),
        (&["", "", "", "1200", "Rp 1.500.000"], SkipReason::Total),
        (&["", "", "", "134,5", "1.234,5"], SkipReason::Total),
        (&["Jumlah", "", "125 pelanggan", "1200"], SkipReason::Total),
        (&["Mengetahui,", "", "", "", "Dibuat oleh,"], SkipReason::Note),
        (&["", "", "", "", "Budi Santoso"], SkipReason::Note),
        (&["RAYON UTARA"], SkipReason::Note),
        (&["No", "No Pelanggan", "Nama", "", ""], SkipReason::Header),
        (&["", "", "nama", "lalu", "KINI"], SkipReason::Header),
        (&["No", "No\nPelanggan", "Nama", "Stand\nMeter  Lalu", "Stand Me-\nter Kini"], SkipReason::Header),
        (&["6", "", "TOTAL", "12", "15"], SkipReason::Total),
        (&["JUMLAH", "12", "", "1200", "1500"], SkipReason::Total),
        (&["PDAM TIRTA", "", "Hal : 2"], SkipReason::Note),
        (&["", "Drs. Suparman, M.M.", "", "", "Wati"], SkipReason::Note),
        (&["", "Wilayah :", "UTARA"], SkipReason::Note),
        (&["Dicetak 02-01-2025", "", "", "", "Halaman 1 dari 3"], SkipReason::Note),
        (&["(1)", "(2)", "(3)", "(4)"], SkipReason::Numbering),
        (&["1", "2", "3", "4", "5"], SkipReason::Numbering),
        (&["1", "2", "3", "(4)", "(5)=(4)-(3)"], SkipReason::Numbering),
        (&["", "1", "2", "3 = 1 x 2"], SkipReason::Numbering),
        (&["99", "END"], SkipReason::Note),
        (&["EOF", "123"], SkipReason::Note),
        (&["Trailer", "123", "", "4567.5"], SkipReason::Note),
    ] {
        assert_eq!(skip(&row(cells), &shape), Some(reason), "{cells:?}");
    }
    for cells in [
        &["1", "000124", "Total Energi", "12", "15"][..],
        &["", "000124", "Jumlah Hasibuan"],
        &["Total", "A-124", "", "12", "15"],
        &["2", "000125", "Siti", "12", "15"],
        &["3", "", "Budi", "12", "15"],
        &["", "000125", "Kepala Desa"],
        &["", "", "Budi", "", "15"],
        &["1", "2", "Nama"],
        &["", "", "", "25.12.2024", "135"],
        &["", "", "", "25-12-2024", "135"],
        &["1", "END", "Siti", "12", "15"],
        &["EOF", "000124", "Jl. Melati"],
    ] {
        assert_eq!(skip(&row(cells), &shape), None, "{cells:?}");
    }
}

#[test]
fn another_table_is_known_by_other_names_beside_the_same() {
    let header = ["No Pelanggan", "Nama", "Alamat", "Golongan"].map(str::to_owned).to_vec();
    let shape = Shape { keys: vec![0], name: Some(1), header, ..Shape::default() };
    assert!(begins_other_table(&row(&["No Pelanggan", "NAMA", "Tgl Tutup", "Alasan"]), &shape));
    assert!(begins_other_table(&row(&["No  Pelanggan", "Nama", "Tgl Tutup"]), &shape));
    for cells in [
        &["No Pelanggan", "Nama", "Alamat", "Golongan"][..],
        &["No Pelanggan", "Nama"],
        &["44001", "Nama", "Jl. A", "R1"],
        &["Nama", "Alamat", "x", "y"],
        &["No Pelanggan", "Nama", "Alamat 2", "Golongan"],
    ] {
        assert!(!begins_other_table(&row(cells), &shape), "{cells:?}");
    }
    let header = ["No Samb", "Nama", "Stand Meter Lalu", "Stand Meter Kini"].map(str::to_owned).to_vec();
    let of_two_rows = Shape { header, ..shape };
    assert!(!begins_other_table(&row(&["No Samb", "Nama", "Stand Meter"]), &of_two_rows), "the upper of its own two rows");
}

#[test]
fn what_rows_have_as_a_rule_is_seen_in_a_sample() {
    let rows = [row(&["1", "A1", "Siti", "x"]), row(&["2", "A2", "Budi", "x"]), row(&["3", "A3", "Tono", "x"]), row(&["UTARA"])];
    let shape = Shape::default().seen(Some(1), &rows);
    assert_eq!((shape.usual, shape.number), (4, Some(1)));
    assert_eq!(Shape::default().seen(Some(2), &rows).number, None, "names have no digits");
    assert_eq!(Shape::default().seen(None, &[]), Shape::default());
}

#[test]
fn signatures_and_names_of_groups_in_several_cells_are_no_customers() {
    let header = ["No", "No Samb", "Nama", "Alamat", "Gol", "No WM", "Telp"].map(str::to_owned).to_vec();
    let shape = Shape { keys: vec![1, 5], name: Some(2), header, required: vec![vec![1], vec![2]], ..Shape::default() };
    let data = |no: &str| row(&[no, "010001", "Siti", "Jl. A 1", "R2", "WM-001", "0812"]);
    let shape = shape.seen(Some(1), &[data("1"), data("2"), data("3"), data("4")]);
    assert_eq!((shape.usual, shape.digits.as_slice()), (7, &[0, 1, 4, 5, 6][..]));
    for (cells, reason) in [
        (&["", "", "H. SUDIRMAN, S.E.", "", "", "", "TATI R."][..], SkipReason::Note),
        (&["", "", "Direktur", "", "", "Sekretaris"], SkipReason::Note),
        (&["Rayon", "02", "Barat"], SkipReason::Note),
        (&["Wilayah :", "01", "Kota"], SkipReason::Note),
        (&["Catatan :", "1. Pelanggan aktif"], SkipReason::Note),
        (&["Ket:", "", "T = tutup"], SkipReason::Note),
        (&["", "", "Jumlah Wilayah 01", "", "", "4"], SkipReason::Total),
    ] {
        assert_eq!(skip(&row(cells), &shape), Some(reason), "{cells:?}");
    }
    for cells in [
        &["", "", "Siti", "Jl. Melati"][..],
        &["", "", "Siti", "", "", "WM-002"],
        &["5", "010002", "Barat"],
        &["", "010002", "Siti", "", "", "rusak"],
        &["Rayon", "010002", "Siti", "Jl. A", "R2"],
        &["", "", "Jumlah Hasibuan", "Jl. B 2", "", "4"],
    ] {
        assert_eq!(skip(&row(cells), &shape), None, "{cells:?}");
    }
}
