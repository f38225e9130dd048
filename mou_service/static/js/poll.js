// A part with data-poll keeps itself fresh: it asks the address again and takes over the element with its own id.
//
// The answer may be the whole page or only the part; 304 and 204 leave everything as it is. A part that comes without
// data-poll is finished. A header "X-Go-To" leads the reader on. Nothing is replaced while somebody types in it.

export function start(part, startPart) {
  const live = part.matches?.("[data-poll]") ? [part] : [...part.querySelectorAll("[data-poll]")];
  for (const element of live) follow(element, startPart);
}

function follow(element, startPart) {
  const every = Math.max(1, Number(element.dataset.every) || 5) * 1000;
  let tag = null;
  let misses = 0;

  const again = () => setTimeout(look, every * Math.min(2 ** misses, 12));

  async function look() {
    if (!element.isConnected) return;
    if (document.hidden || busy(element)) return again();
    try {
      const answer = await fetch(element.dataset.poll, {
        headers: { Accept: "text/html", "X-Requested-With": "poll", ...(tag ? { "If-None-Match": tag } : {}) },
        credentials: "same-origin",
        cache: "no-store",
      });
      if (answer.status >= 500) throw new Error(answer.statusText);
      misses = 0;
      note(element, "");
      if (answer.headers.get("X-Go-To")) return window.location.assign(answer.headers.get("X-Go-To"));
      if (!answer.ok) return answer.status === 304 ? again() : undefined;
      tag = answer.headers.get("ETag");
      if (answer.status !== 204 && take(element, await answer.text(), startPart)) return;
    } catch {
      misses += 1;
      note(element, element.dataset.lost ?? "");
    }
    again();
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden && misses) look(); });
  again();
}

// True when another element took the place, which follows by itself.
function take(element, html, startPart) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById(element.id);
  if (!fresh || same(fresh, element)) return false;
  const here = document.importNode(fresh, true);
  const open = [...element.querySelectorAll("details")].map((each) => each.open);
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const path = focused && [...element.querySelectorAll("a, button, summary")].indexOf(focused);
  element.replaceWith(here);
  here.querySelectorAll("details").forEach((each, index) => { if (open[index]) each.open = true; });
  if (focused) here.querySelectorAll("a, button, summary")[path]?.focus();
  startPart(here);
  return true;
}

// Security tokens differ in every answer; they are no news.
function same(one, other) {
  const bare = (element) => element.outerHTML.replace(/(name="csrf_token"[^>]*value=")[^"]*/g, "$1").replace(/\s+/g, " ");
  return one.isEqualNode(other) || bare(one) === bare(other);
}

function busy(element) {
  const active = document.activeElement;
  return element.contains(active) && active.matches("input, textarea, select");
}

function note(element, text) {
  let line = element.querySelector(":scope > .poll-note");
  if (!line && !text) return;
  if (!line) {
    line = document.createElement("p");
    line.className = "poll-note";
    line.setAttribute("role", "status");
    element.append(line);
  }
  if (line.textContent !== text) line.textContent = text;
}
