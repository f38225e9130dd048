// The summary of errors takes the focus; its links lead into the fields.

export function start(part) {
  const summary = part.querySelector("[data-errors]");
  if (!summary) return;
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea") ?? field;
    (field.closest(".field, .group") ?? field).scrollIntoView({ block: "start" });
    control.focus({ preventScroll: true });
  });
  summary.focus();
}
