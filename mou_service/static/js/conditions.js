// Fields that are asked only sometimes: data-when="kind=company|school" follows the field named "kind".
// A hidden field keeps what was typed; the server decides by the field it depends on.

export function start(part) {
  for (const block of part.querySelectorAll("[data-when]")) {
    const form = block.closest("form");
    if (!form) continue;
    const [name, wanted = ""] = block.dataset.when.split("=");
    const values = wanted.split("|");
    const show = () => {
      const given = new FormData(form).getAll(name);
      block.hidden = wanted ? !given.some((value) => values.includes(value)) : given.every((value) => !value);
    };
    form.addEventListener("change", show);
    show();
  }
}
