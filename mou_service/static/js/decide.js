// A form with data-decide decides one thing of a long page: it is sent without leaving the page, the parts that changed
// are taken over, and the next open thing takes the focus. Keys press the buttons of the thing that has it. Without
// script, and whenever the answer is none of that kind, the form is sent as any other.

export function start(part, startAll) {
  for (const form of [...(part.matches?.("form[data-decide]") ? [part] : []), ...part.querySelectorAll("form[data-decide]")]) {
    form.addEventListener("submit", (event) => send(event, startAll));
  }
  for (const link of part.querySelectorAll("[data-next-open]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); reach(firstOpen()); });
  }
  if (part === document) document.addEventListener("keydown", press);
}

async function send(event, startAll) {
  const form = event.currentTarget;
  if (form.dataset.plain) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const body = new FormData(form);
  if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
  const item = form.closest("[data-item]");
  try {
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { "X-Requested-With": "decide" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[data-part]");
    if (!fresh.length) throw new Error(String(answer.status));
    for (const each of fresh) takeOver(each, startAll);
    const now = document.getElementById(item.id);
    reach(answer.ok ? (nextOpen(now) ?? now) : now);
  } catch {
    form.dataset.plain = "yes";
    form.requestSubmit(event.submitter);
  }
}

// What somebody is typing in a part stays as it is.
function takeOver(fresh, startAll) {
  const old = document.getElementById(fresh.id);
  if (!old || (old.contains(document.activeElement) && document.activeElement.matches("input"))) return;
  const made = document.importNode(fresh, true);
  old.replaceWith(made);
  startAll(made);
}

function firstOpen() {
  return document.querySelector("[data-item][data-open]") ?? document.getElementById("make");
}

function nextOpen(item) {
  const open = [...document.querySelectorAll("[data-item][data-open]")];
  return open.find((each) => item.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) ?? open[0] ?? document.getElementById("make");
}

function reach(target) {
  if (!target) return;
  target.closest("details")?.setAttribute("open", "");
  target.scrollIntoView({ block: "nearest" });
  target.focus({ preventScroll: true });
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select, [contenteditable]")) return;
  const item = document.activeElement?.closest("[data-item]") ?? document.querySelector("[data-item]:target");
  const button = item?.querySelector(`[data-item-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
  if (button.matches("summary")) item.querySelector("textarea").focus();
}
