// A button with data-copy puts its text onto the clipboard and says so.

export function start(part) {
  for (const button of part.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", async () => {
      await put(button.dataset.copy);
      const word = button.querySelector("[data-copy-word]") ?? button;
      const before = word.textContent;
      word.textContent = button.dataset.copied;
      announce(button.dataset.copied);
      setTimeout(() => { word.textContent = before; }, 2000);
    });
  }
}

async function put(text) {
  if (navigator.clipboard?.writeText) return navigator.clipboard.writeText(text);
  // A page over plain http has no clipboard of its own.
  const area = Object.assign(document.createElement("textarea"), { value: text });
  area.className = "unseen";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function announce(text) {
  const voice = document.createElement("p");
  voice.className = "unseen";
  voice.setAttribute("role", "status");
  document.body.append(voice);
  setTimeout(() => { voice.textContent = text; }, 50);
  setTimeout(() => voice.remove(), 3000);
}
