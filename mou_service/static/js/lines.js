// Lines of a small table are added and taken away on the spot; without script the same buttons ask the server.
// The element with data-lines holds the lines (data-line), a <template> of a new one, and the button data-more.

export function start(part) {
  for (const list of part.querySelectorAll("[data-lines]")) {
    list.addEventListener("click", (event) => {
      const button = event.target.closest("button[name='more'], button[name='less']");
      if (!button) return;
      event.preventDefault();
      if (button.name === "more") grow(list).querySelector("input, select, textarea")?.focus();
      else take(list, button.closest("[data-line]"));
      list.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

// Adds a line; with a number, one that is called by it.
export function grow(list, number = following(list)) {
  const fresh = list.querySelector("template").content.cloneNode(true);
  for (const element of fresh.querySelectorAll("*")) {
    for (const attribute of element.attributes) attribute.value = attribute.value.replaceAll("__n__", number);
  }
  const line = fresh.querySelector("[data-line]");
  list.querySelector("[data-more]").before(fresh);
  count(list);
  return line;
}

// Every name of a line that is in `names` but not in the form gets its line; what was typed has to go somewhere.
export function makeRoom(form, names) {
  for (const list of form.querySelectorAll("[data-lines]")) {
    const start = `${list.dataset.lines}-`;
    const known = new Set(numbers(list));
    for (const name of names) {
      if (!name.startsWith(start)) continue;
      const number = Number.parseInt(name.slice(start.length), 10);
      if (Number.isNaN(number) || known.has(number)) continue;
      grow(list, number);
      known.add(number);
    }
  }
}

function take(list, line) {
  const beside = line.nextElementSibling?.matches("[data-line]") ? line.nextElementSibling : line.previousElementSibling;
  line.remove();
  const next = beside?.matches("[data-line]") ? beside : grow(list);
  count(list);
  next.querySelector("input, select, textarea")?.focus();
}

function count(list) {
  const lines = [...list.querySelectorAll("[data-line]")];
  lines.forEach((line, index) => {
    const legend = line.querySelector("legend");
    legend.textContent = list.querySelector("template").content.querySelector("legend").textContent.replace("__number__", index + 1);
  });
  list.querySelector("[data-more]").hidden = lines.length >= Number(list.dataset.most);
}

function numbers(list) {
  const start = list.dataset.lines.length + 1;
  return [...list.querySelectorAll(":scope > [data-line] button[name='less']")].map((button) => Number.parseInt(button.value.slice(start), 10));
}

function following(list) {
  return Math.max(-1, ...numbers(list)) + 1;
}
