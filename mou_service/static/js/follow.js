// A choice that follows another one: data-follows="country" data-usual='{"DE": "Europe/Berlin"}'.
// It proposes until somebody chose it by hand.

export function start(part) {
  for (const select of part.querySelectorAll("select[data-follows]")) {
    const other = select.form?.elements[select.dataset.follows];
    if (!other) continue;
    const usual = JSON.parse(select.dataset.usual);
    let chosen = false;
    select.addEventListener("change", () => (chosen = true));
    other.addEventListener("change", () => {
      if (!chosen && usual[other.value]) select.value = usual[other.value];
    });
  }
}
