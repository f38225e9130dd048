// A form with data-preview shows, in the element with data-preview-pane, what it would make: it is sent to the address
// after a pause and the answer's element with the pane's id is taken over. Without script a button does the same.

export function start(part) {
  for (const form of part.querySelectorAll("form[data-preview]")) {
    const pane = document.querySelector(form.dataset.previewPane ?? "[data-preview-pane]");
    if (pane) watch(form, pane);
  }
}

function watch(form, pane) {
  let timer = 0;
  let running = null;

  async function refresh() {
    running?.abort();
    running = new AbortController();
    pane.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST", body: new FormData(form), credentials: "same-origin", signal: running.signal,
        headers: { Accept: "text/html", "X-Requested-With": "preview" },
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(pane.id);
      if (fresh) pane.replaceChildren(...document.importNode(fresh, true).childNodes);
      pane.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name !== "AbortError") pane.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(refresh, 1200); });
  form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(refresh, 400); });
}
