// Makes the files of the table test by ExcelJS and SheetJS; make.py calls it with the cells on standard input.

const fs = require("fs");
const ExcelJS = require("exceljs");
const XLSX = require("xlsx");

const { cells, hiddenRow } = JSON.parse(fs.readFileSync(0, "utf8"));
const isDay = (value) => typeof value === "string" && /^\d{4}-\d{2}-\d{2}(T|$)/.test(value);

async function withExcelJs() {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet("Data");
  for (const [row, column, value] of cells) {
    const cell = sheet.getCell(row, column + 1);
    if (value === "#N/A") cell.value = { error: "#N/A" };
    else if (isDay(value)) {
      // ExcelJS takes UTC for what the sheet shows.
      cell.value = new Date(value.includes("T") ? value + "Z" : value);
      cell.numFmt = value.includes("T") ? "dd/mm/yyyy hh:mm:ss" : "dd/mm/yyyy";
    } else cell.value = value;
  }
  sheet.mergeCells("A1:I1");
  sheet.getRow(hiddenRow).hidden = true;
  book.addWorksheet("Rahasia", { state: "hidden" });
  await book.xlsx.writeFile("exceljs.xlsx");
}

function sheetJsBook() {
  const sheet = {};
  for (const [row, column, value] of cells) {
    const place = XLSX.utils.encode_cell({ r: row - 1, c: column });
    if (value === "#N/A") sheet[place] = { t: "e", v: 0x2a, w: "#N/A" };
    else if (isDay(value)) {
      // Local time: in Jakarta's zone some versions write it 12 s late.
      const date = new Date(value.includes("T") ? value : value + "T00:00:00");
      sheet[place] = { t: "d", v: date, z: value.includes("T") ? "dd/mm/yyyy hh:mm:ss" : "dd/mm/yyyy" };
    } else if (typeof value === "number") sheet[place] = { t: "n", v: value };
    else if (typeof value === "boolean") sheet[place] = { t: "b", v: value };
    else sheet[place] = { t: "s", v: value };
  }
  sheet["!ref"] = "A1:I8";
  sheet["!merges"] = [XLSX.utils.decode_range("A1:I1")];
  sheet["!rows"] = [];
  sheet["!rows"][hiddenRow - 1] = { hidden: true };
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, sheet, "Data");
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([]), "Rahasia");
  book.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 1 }] };
  return book;
}

withExcelJs().then(() => {
  for (const [name, options] of [
    ["sheetjs.xlsx", {}],
    ["sheetjs-dates.xlsx", { cellDates: true }],
    ["sheetjs.xls", { bookType: "biff8" }],
    ["sheetjs-5.xls", { bookType: "biff5" }],
    ["sheetjs.ods", { bookType: "ods" }],
    ["sheetjs.xlsb", { bookType: "xlsb" }],
  ])
    XLSX.writeFile(sheetJsBook(), name, options);
});
