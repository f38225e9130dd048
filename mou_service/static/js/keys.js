// Keys for screens without a mouse: an element with data-key="ArrowRight PageDown" is pressed by these keys; the hall
// fills the screen, and the screen stays awake as long as it is shown.

export function start(part) {
  for (const element of part.querySelectorAll("[data-fill-screen]")) element.addEventListener("click", fill);
  if (part !== document) return;
  document.addEventListener("keydown", press);
  if (document.querySelector("[data-hall]")) {
    stayAwake();
    restButton();
  }
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select, [contenteditable]")) return;
  const wanted = event.key === " " ? "Space" : event.key;
  const element = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key.split(" ").includes(wanted));
  if (!element || element.disabled) return;
  if (wanted === "Space" && event.target.matches("a, button, summary")) return;
  event.preventDefault();
  element.click();
}

function fill() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

async function stayAwake() {
  const hold = () => navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", () => { if (!document.hidden) hold(); });
  hold();
}

// The button is for the person who sets up the screen; it goes while nobody moves the pointer.
function restButton() {
  const button = document.querySelector("[data-fill-screen]");
  let timer = 0;
  const show = () => {
    button.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { button.hidden = button !== document.activeElement; }, 6000);
  };
  document.addEventListener("pointermove", show);
  show();
}
