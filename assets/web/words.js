// The catalogues of words, fetched while the program is: this module, and with it the program, waits until both have arrived.
const fetched = ["id", "en"].map((language) => fetch(`./${language}.ftl`).then((answer) => answer.text()));
const [id, en] = await Promise.all(fetched);

// The catalogue of a language.
export function words(language) {
  return language === "en" ? en : id;
}
