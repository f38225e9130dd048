// A form is sent once: its buttons rest while the answer is on its way, and wake when the page is shown again.

export function start(part) {
  for (const form of part.querySelectorAll("form[method='post']")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      // After the browser has read the form, so that the pressed button is sent too; and only if nobody stopped it.
      setTimeout(() => { if (!event.defaultPrevented) rest(form, event.submitter); });
    });
    window.addEventListener("pageshow", () => wake(form));
  }
}

function rest(form, pressed) {
  form.dataset.sent = "yes";
  for (const button of buttons(form)) if (!button.disabled) { button.disabled = true; button.dataset.resting = "yes"; }
  if (!pressed?.dataset.busy) return;
  pressed.setAttribute("aria-busy", "true");
  const word = pressed.querySelector("span") ?? pressed;
  pressed.dataset.word = word.textContent;
  word.textContent = pressed.dataset.busy;
}

function wake(form) {
  delete form.dataset.sent;
  for (const button of buttons(form)) {
    if (button.dataset.resting) button.disabled = false;
    delete button.dataset.resting;
    button.removeAttribute("aria-busy");
    if (button.dataset.word) (button.querySelector("span") ?? button).textContent = button.dataset.word;
    delete button.dataset.word;
  }
}

function buttons(form) {
  return [...form.elements].filter((element) => element.matches("button:not([type='button'])"));
}
