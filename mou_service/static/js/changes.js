// A link with data-change-step goes to the next or the previous change from where the reader is; without script it
// leads to the first or the last one.

const NEAR = 8;

export function start(part) {
  for (const link of part.querySelectorAll("[data-change-step]")) {
    link.addEventListener("click", (event) => {
      const target = fromHere(Number(link.dataset.changeStep));
      event.preventDefault();
      if (!target) return;
      target.scrollIntoView({ block: "start" });
      target.focus({ preventScroll: true });
    });
  }
}

// A reader who went on scrolling is where the window is, not where the last step led.
function fromHere(step) {
  const changes = [...document.querySelectorAll("[data-change]")];
  const reached = changes.indexOf(document.activeElement);
  if (reached >= 0 && seen(changes[reached])) return changes[reached + step];
  const margin = (change) => change.getBoundingClientRect().top - parseFloat(getComputedStyle(change).scrollMarginTop);
  return step > 0 ? changes.find((each) => margin(each) > -NEAR) : changes.findLast((each) => margin(each) < -NEAR);
}

function seen(element) {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < window.innerHeight;
}
