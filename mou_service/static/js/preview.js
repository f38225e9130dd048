// A form with data-preview shows, in the element with data-preview-pane, the pages it makes. It is sent to the address as
// soon as something is typed, and again when more was typed meanwhile; only pages that look otherwise are fetched. The
// part of the pages that says the answer somebody is at is shown and marked. Without script a button does the same.

const PAUSE = 40;
const RETRY = 5000;

export function start(part) {
  for (const form of part.querySelectorAll("form[data-preview]")) {
    const pane = document.querySelector(form.dataset.previewPane ?? "[data-preview-pane]");
    if (pane) new Preview(form, pane);
  }
}

class Preview {
  constructor(form, pane) {
    Object.assign(this, { form, pane, timer: 0, running: false, again: false, field: "" });
    form.addEventListener("input", () => this.soon(PAUSE));
    form.addEventListener("change", () => this.soon(PAUSE));
    form.addEventListener("focusin", (event) => this.look(event.target.name ?? ""));
    window.addEventListener("online", () => { if (pane.dataset.state === "failed") this.soon(0); });
    const first = [...form.elements].find((element) => this.places(element.name));
    if (first) this.show(this.places(first.name), false);
  }

  soon(pause) {
    this.say("busy");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.running ? (this.again = true) : this.refresh()), pause);
  }

  async refresh() {
    this.running = true;
    this.again = false;
    let failed = false;
    try {
      const answer = await fetch(this.form.dataset.preview, {
        method: "POST", body: new FormData(this.form), credentials: "same-origin",
        headers: { Accept: "text/html", "X-Requested-With": "preview" },
      });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(this.pane.id);
      if (!answer.ok || !fresh) throw new Error(String(answer.status));
      await this.take(document.importNode(fresh, true));
    } catch {
      failed = true;
    }
    this.running = false;
    if (this.again) return this.refresh();
    this.say(failed ? "failed" : "");
    if (failed) this.timer = setTimeout(() => this.refresh(), RETRY);
  }

  // Pages that look as they did stay; the others are exchanged once their pictures are there, those in sight first.
  async take(fresh) {
    this.pane.dataset.places = fresh.dataset.places;
    const sheets = this.pane.querySelector(".sheets");
    const coming = [...fresh.querySelectorAll(".sheets > li")];
    if (!sheets || !coming.length) return this.exchange(fresh);
    const standing = [...sheets.children];
    standing.slice(coming.length).forEach((sheet) => sheet.remove());
    const changed = coming.map((sheet, index) => [sheet, standing[index]]).filter(([sheet, old]) => address(sheet) !== address(old));
    for (const [sheet, old] of changed.filter(([, each]) => !each)) sheets.append(sheet);
    const others = changed.filter(([, old]) => old);
    await Promise.all(others.filter(([, old]) => inSight(old, sheets)).map(([sheet, old]) => swap(sheet, old)));
    for (const [sheet, old] of others) if (old.isConnected) old.replaceWith(sheet);
    this.look(this.field);
  }

  exchange(fresh) {
    const note = this.pane.querySelector("[data-preview-note]");
    this.pane.replaceChildren(...fresh.childNodes);
    this.pane.querySelector("[data-preview-note]")?.replaceWith(note);
  }

  places(name) {
    const known = JSON.parse(this.pane.dataset.places || "{}");
    const found = Object.keys(known).find((key) => name === key || name?.startsWith(`${key}-`));
    return found && known[found];
  }

  look(name) {
    const places = this.places(name);
    if (!places) return;
    const moved = name.split("-")[0] !== this.field.split("-")[0];
    this.field = name;
    this.show(places, true, moved);
  }

  show(places, marked, moved = true) {
    const sheets = this.pane.querySelector(".sheets");
    if (!sheets) return;
    sheets.querySelectorAll(".sheet__mark").forEach((mark) => mark.remove());
    for (const [page, top, bottom] of marked ? places : []) {
      if (!bottom || !sheets.children[page - 1]) continue;
      const mark = Object.assign(document.createElement("div"), { className: "sheet__mark" });
      mark.style.top = `${100 * top}%`;
      mark.style.height = `${100 * (bottom - top)}%`;
      sheets.children[page - 1].append(mark);
    }
    const [page, top] = places[0];
    const sheet = sheets.children[page - 1];
    if (sheet && moved) sheets.scrollTop = sheet.offsetTop - sheets.offsetTop + sheet.offsetHeight * top - sheets.clientHeight / 4;
  }

  say(state) {
    const note = this.pane.querySelector("[data-preview-note]");
    this.pane.dataset.state = state;
    if (note) note.textContent = note.dataset[state] ?? "";
  }
}

function address(sheet) {
  return sheet?.querySelector("img")?.getAttribute("src");
}

function inSight(sheet, sheets) {
  const mine = sheet.getBoundingClientRect();
  const frame = sheets.getBoundingClientRect();
  return mine.bottom > frame.top && mine.top < frame.bottom;
}

async function swap(sheet, old) {
  const picture = sheet.querySelector("img");
  picture.loading = "eager";
  await picture.decode().catch(() => {});
  old.replaceWith(sheet);
}
