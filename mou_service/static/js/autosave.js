// A draft saves itself: data-autosave on a form is the address that takes it. If the server does not answer, the typing
// stays on this device and is sent again; typing that was found from before is offered, never put in unasked.

import { makeRoom } from "./lines.js";

const PAUSE = 1500;
const RETRY = 15000;

export function start(part) {
  for (const form of part.querySelectorAll("form[data-autosave]")) new Draft(form);
}

class Draft {
  constructor(form) {
    this.form = form;
    this.note = form.querySelector("[data-autosave-note]");
    this.key = `draft:${form.dataset.autosave}`;
    this.timer = 0;
    this.sending = null;
    form.addEventListener("input", () => this.soon(PAUSE));
    form.addEventListener("change", () => this.soon(300));
    // What is sent is kept here too, until the server is known to have it: whoever is signed out comes back to it.
    form.addEventListener("submit", () => { clearTimeout(this.timer); this.sending?.abort(); keep(this.key, this.fields()); });
    window.addEventListener("pagehide", () => { if (this.dirty) keep(this.key, this.fields()); });
    window.addEventListener("online", () => { if (this.dirty) this.send(); });
    this.offer();
  }

  soon(pause) {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  async send() {
    clearTimeout(this.timer);
    this.sending?.abort();
    this.sending = new AbortController();
    this.dirty = false;
    this.say("saving");
    try {
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST", body: withoutFiles(new FormData(this.form)), credentials: "same-origin", signal: this.sending.signal,
        headers: { Accept: "application/json", "X-Requested-With": "autosave" },
      });
      if (answer.status === 409) return this.elsewhere(await answer.json());
      if ([400, 401].includes(answer.status)) return this.signedOut();
      if (!answer.ok) throw new Error(String(answer.status));
      this.takeOver(await answer.json().catch(() => ({})));
      forget(this.key);
      this.say("saved", clock());
    } catch (error) {
      if (error.name === "AbortError") return;
      this.dirty = true;
      this.since ??= clock();
      keep(this.key, this.fields());
      this.say("kept", this.since, "failed");
      this.timer = setTimeout(() => this.send(), RETRY);
      return;
    }
    this.since = undefined;
  }

  // Another page wrote this meanwhile: what stands here stays here until somebody says which counts.
  elsewhere(values) {
    keep(this.key, this.fields());
    this.say("elsewhere", "", "failed");
    this.offerLink("compare", location.href);
    this.offerButton("mine", () => { this.takeOver(values); this.send(); });
  }

  signedOut() {
    keep(this.key, this.fields());
    this.say("signedOut", "", "failed");
    this.offerLink("signIn", `${this.note?.dataset.signInAddress}?next=${encodeURIComponent(location.pathname)}`, "");
  }

  // The answer may carry new values for hidden fields, such as the version the form was filled from.
  takeOver(values) {
    for (const [name, value] of Object.entries(values.fields ?? {})) {
      const field = this.form.elements.namedItem(name);
      if (field?.type === "hidden") field.value = value;
    }
  }

  fields() {
    return [...withoutFiles(new FormData(this.form))].filter(([name]) => name !== "csrf_token");
  }

  offer() {
    const found = remembered(this.key);
    const known = Date.parse(this.form.dataset.savedAt ?? "") || 0;
    if (!found || found.at <= known) return forget(this.key);
    if (JSON.stringify(found.fields) === JSON.stringify(this.fields())) return forget(this.key);
    this.say("found", clock(new Date(found.at)), "failed");
    this.offerButton("restore", () => { put(this.form, found.fields); this.send(); });
    this.offerButton("discard", () => { forget(this.key); this.note.textContent = ""; });
  }

  offerButton(word, act) {
    if (!this.note) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--plain" });
    button.textContent = this.note.dataset[word];
    button.addEventListener("click", act);
    this.note.append(" ", button);
  }

  offerLink(word, href, target = "_blank") {
    if (!this.note) return;
    const link = Object.assign(document.createElement("a"), { href, target });
    link.textContent = this.note.dataset[word];
    this.note.append(" ", link);
  }

  say(state, time = "", look = state) {
    if (!this.note) return;
    this.note.dataset.state = look;
    this.note.textContent = this.note.dataset[state].replace("{time}", time);
  }
}

function withoutFiles(data) {
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

function put(form, fields) {
  const names = new Set(fields.map(([name]) => name));
  makeRoom(form, names);
  for (const element of form.elements) {
    if (!element.name || element.type === "hidden" || element.type === "file" || element.type === "password") continue;
    const values = fields.filter(([name]) => name === element.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(element.type)) element.checked = values.includes(element.value);
    else if (element instanceof HTMLSelectElement) for (const option of element.options) option.selected = values.includes(option.value);
    else if (names.has(element.name)) element.value = values[[...form.querySelectorAll(`[name="${CSS.escape(element.name)}"]`)].indexOf(element)] ?? "";
  }
  form.dispatchEvent(new Event("change"));
}

function clock(time = new Date()) {
  return time.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

// A browser may refuse to remember; the server copy is the one that counts.
function keep(key, fields) {
  try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields })); } catch { /* private window or full */ }
}

function remembered(key) {
  try { return JSON.parse(localStorage.getItem(key) ?? "null"); } catch { return null; }
}

function forget(key) {
  try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
}
