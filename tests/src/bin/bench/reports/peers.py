"""The other side of the benchmark of reports: receipts and a workbook as each library's own documentation has them, with our fonts.
`peers.py PEER COUNT FILE FONTS` prints seconds, how many were made, and the most memory as JSON. Of receipts the last one is kept."""
import datetime
import importlib
import io
import json
import sys
import time


def rupiah(amount):
    return "Rp" + f"{amount:,}".replace(",", ".")


def facts(number):
    """What a receipt says, each of another customer, order and amount."""
    paid = 90_000 + number % 500 * 1_000
    return rupiah(paid), [
        ("Pelanggan", f"Sari Lestari {number % 997}"),
        ("Nomor pelanggan", f"{number:06}"),
        ("Sambungan", f"Rumah, Jl. Merdeka {number % 311}, Bandung"),
        ("Meter", f"WM-2024-{number:06}"),
        ("Cara membayar", "QRIS"),
        ("Nomor pesanan", f"IW-{number:032x}"),
        ("Saldo air", rupiah(paid + 10_000)),
        ("Potongan voucher HEMAT10", "\u2212Rp10.000"),
        ("Bonus voucher HEMAT10", "Rp3.000"),
        ("Saldo yang diterima", rupiah(paid + 13_000)),
    ]


def weasyprint(count, file, fonts):
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    faces = FontConfiguration()
    face = "@font-face {{ font-family: Jakarta; font-weight: {0}; src: url(file://{1}/plus-jakarta-sans-{2}.ttf) }}"
    style = CSS(
        string=face.format(400, fonts, "regular")
        + face.format(700, fonts, "bold")
        + "@page { size: A5; margin: 14mm } body { font: 9.5pt Jakarta; color: #0F1B2A } h1 { font-size: 18pt }"
        "td { padding: 1mm 0 } td + td { text-align: right } table { width: 100% } .sum { font-size: 16pt; font-weight: 700; color: #0B6BA8 }",
        font_config=faces,
    )
    for number in range(count):
        paid, listed = facts(number)
        rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in listed)
        text = (
            f"<html lang=id><title>Bukti pembayaran TB-{number:06}</title><b>Tirta Bening</b><h1>Bukti pembayaran</h1>"
            f"<p>25 Nov 2025 14.05 WIB</p><table>{rows}</table><p class=sum>{paid}</p><p>TB-{number:06}</p>"
        )
        pdf = HTML(string=text).write_pdf(stylesheets=[style], font_config=faces)
    with open(file, "wb") as out:
        out.write(pdf)
    return count


def reportlab(count, file, fonts):
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("Jakarta", f"{fonts}/plus-jakarta-sans-regular.ttf"))
    pdfmetrics.registerFont(TTFont("JakartaBold", f"{fonts}/plus-jakarta-sans-bold.ttf"))
    width, height = A5
    for number in range(count):
        buffer = io.BytesIO()
        page = Canvas(buffer, pagesize=A5, invariant=1)
        page.setTitle(f"Bukti pembayaran TB-{number:06}")
        page.setAuthor("Tirta Bening")
        page.setFont("JakartaBold", 12)
        page.drawString(14 * mm, height - 18 * mm, "Tirta Bening")
        page.setFont("JakartaBold", 18)
        page.drawString(14 * mm, height - 32 * mm, "Bukti pembayaran")
        page.setFont("Jakarta", 9.5)
        page.drawString(14 * mm, height - 39 * mm, "25 Nov 2025 14.05 WIB")
        at = height - 50 * mm
        paid, listed = facts(number)
        for name, value in listed:
            page.drawString(14 * mm, at, name)
            page.drawRightString(width - 14 * mm, at, value)
            at -= 6 * mm
        page.setFont("JakartaBold", 16)
        page.drawRightString(width - 14 * mm, at, paid)
        page.setFont("Jakarta", 7.5)
        page.drawString(14 * mm, 10 * mm, f"TB-{number:06}")
        page.showPage()
        page.save()
    with open(file, "wb") as out:
        out.write(buffer.getvalue())
    return count


def xlsxwriter(count, file, fonts):
    from xlsxwriter import Workbook

    book = Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("Pemakaian")
    formats = {name: book.add_format({"num_format": pattern}) for name, pattern in (
        ("text", "@"), ("day", "yyyy-mm-dd"), ("instant", "yyyy-mm-dd hh:mm"), ("volume", "#,##0.000"), ("whole", "#,##0"),
    )}
    for place in range(12):
        sheet.write_string(0, place, f"Kolom {place}")
    first, minute = datetime.datetime(2025, 11, 25), datetime.timedelta(minutes=1)
    for number in range(count):
        row = number + 1
        day = first + (number % 300) * 1440 * minute
        sheet.write_string(row, 0, f"{number:06}", formats["text"])
        sheet.write_string(row, 1, f"Sari Lestari {number % 997}", formats["text"])
        sheet.write_string(row, 2, f"Jl. Melati {number % 311}, Bandung", formats["text"])
        sheet.write_string(row, 3, f"WM-2024-{number:06}", formats["text"])
        sheet.write_datetime(row, 4, day, formats["day"])
        sheet.write_datetime(row, 5, day + (number % 1440) * minute, formats["instant"])
        sheet.write_number(row, 6, number * 1007 / 1e6, formats["volume"])
        sheet.write_number(row, 7, number * 2003 / 1e6, formats["volume"])
        sheet.write_number(row, 8, number * 7, formats["whole"])
        sheet.write_number(row, 9, number * 11, formats["whole"])
        sheet.write_number(row, 10, number * 13, formats["whole"])
        sheet.write_number(row, 11, number % 31, formats["whole"])
    for place, each in ((6, 1007 / 1e6), (7, 2003 / 1e6), (8, 7), (9, 11), (10, 13)):
        letter = chr(ord("A") + place)
        result = each * count * (count - 1) / 2
        sheet.write_formula(count + 1, place, f"=SUM({letter}2:{letter}{count + 1})", formats["whole"], result)
    book.close()
    return count


PEERS = {"weasyprint": weasyprint, "reportlab": reportlab, "xlsxwriter": xlsxwriter}
MODULES = {"weasyprint": "weasyprint", "reportlab": "reportlab.pdfgen.canvas", "xlsxwriter": "xlsxwriter"}


def peak_mb():
    """As the kernel has it for this process: `getrusage` would count the memory of the process that started it."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def main():
    peer, count, file, fonts = sys.argv[1:]
    # What a running program has loaded already.
    importlib.import_module(MODULES[peer])
    started = time.perf_counter()
    made = PEERS[peer](int(count), file, fonts)
    print(json.dumps({"seconds": time.perf_counter() - started, "made": made, "peak_mb": peak_mb()}))


main()
