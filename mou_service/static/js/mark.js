// The line to sign on. Strokes are kept in units of the field, so a turned tablet loses nothing; they are sent as points,
// as one filled outline (SVG path) and as a picture with clear ground.

import { outline } from "./strokes.js";

const UNITS = 1000;

export function start(part) {
  for (const field of part.querySelectorAll("[data-mark]")) new Mark(field);
}

class Mark {
  constructor(field) {
    this.field = field;
    this.canvas = field.querySelector("[data-mark-canvas]");
    this.strokes = [];
    this.height = UNITS / 3;
    this.ways();
    this.pen();
    this.tools();
    field.closest("form")?.addEventListener("submit", (event) => this.submit(event));
    new ResizeObserver(() => this.fit()).observe(this.canvas);
  }

  // Draw, type or picture: only the chosen one is shown.
  ways() {
    const radios = [...this.field.querySelectorAll("[data-mark-method]")];
    // Drawing needs this script; without it the page begins with typing.
    const first = radios.find((radio) => radio.value === this.field.dataset.mark);
    if (first) first.checked = true;
    const show = () => {
      const chosen = radios.find((radio) => radio.checked).value;
      for (const panel of this.field.querySelectorAll("[data-mark-panel]")) panel.hidden = panel.dataset.markPanel !== chosen;
    };
    for (const radio of radios) radio.addEventListener("change", show);
    show();
    this.field.querySelector("[data-mark-file]")?.addEventListener("change", (event) => this.showPicture(event.target.files[0]));
  }

  pen() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (this.pointer !== undefined || (event.pointerType === "mouse" && event.button !== 0)) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      this.pointer = event.pointerId;
      this.began = event.timeStamp;
      this.strokes.push({ pen: event.pointerType === "pen" && event.pressure > 0, points: [] });
      this.add(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.pointer) return;
      event.preventDefault();
      for (const each of event.getCoalescedEvents?.() ?? [event]) this.add(each);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, (event) => {
        if (event.pointerId !== this.pointer) return;
        this.pointer = undefined;
        this.changed();
      });
    }
    // A palm or a second finger must not scroll the page away from the pen.
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  }

  add(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = UNITS / box.width;
    const round = (value) => Math.round(value * 10) / 10;
    const point = [round((event.clientX - box.left) * scale), round((event.clientY - box.top) * scale),
      Math.round(event.timeStamp - this.began), Math.round((event.pressure || 0.5) * 100) / 100];
    const points = this.strokes.at(-1).points;
    const last = points.at(-1);
    if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < 0.8) return;
    points.push(point);
    this.draw();
  }

  tools() {
    this.undo = this.field.querySelector("[data-mark-undo]");
    this.clear = this.field.querySelector("[data-mark-clear]");
    this.undo.addEventListener("click", () => { this.strokes.pop(); this.changed(); });
    this.clear.addEventListener("click", () => { this.strokes = []; this.changed(); this.canvas.focus(); });
  }

  fit() {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth) return;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.height = Math.round((UNITS * clientHeight) / clientWidth);
    this.draw();
  }

  draw() {
    const pen = this.canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const scale = this.canvas.width / UNITS;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = getComputedStyle(this.canvas).color;
    for (const stroke of this.strokes) pen.fill(new Path2D(outline(stroke)), "nonzero");
  }

  changed() {
    this.draw();
    const empty = this.strokes.length === 0;
    this.undo.disabled = this.clear.disabled = empty;
    this.set("strokes", empty ? "" : JSON.stringify({ width: UNITS, height: this.height, strokes: this.strokes.map((each) => each.points) }));
    this.set("path", this.strokes.map(outline).join(""));
    this.set("box", empty ? "" : `0 0 ${UNITS} ${this.height}`);
    this.set("image", empty ? "" : this.picture());
    this.field.querySelector("[data-mark-status]").textContent = empty ? this.canvas.dataset.empty : this.canvas.dataset.drawn;
    if (!empty) this.field.querySelector("[data-mark-missing]").hidden = true;
    this.field.dispatchEvent(new CustomEvent("mark", { bubbles: true, detail: { empty } }));
  }

  set(name, value) {
    this.field.querySelector(`[data-mark-${name}]`).value = value;
  }

  // Cut to the ink, three units of air around it, 1200 pixels wide at most.
  picture() {
    const points = this.strokes.flatMap((stroke) => stroke.points);
    const air = 14;
    const left = Math.min(...points.map((p) => p[0])) - air;
    const top = Math.min(...points.map((p) => p[1])) - air;
    const width = Math.max(...points.map((p) => p[0])) + air - left;
    const height = Math.max(...points.map((p) => p[1])) + air - top;
    const scale = Math.min(2, 1200 / width);
    const copy = Object.assign(document.createElement("canvas"), { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
    const pen = copy.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
    pen.fillStyle = getComputedStyle(this.canvas).color;
    for (const stroke of this.strokes) pen.fill(new Path2D(outline(stroke)), "nonzero");
    return copy.toDataURL("image/png");
  }

  showPicture(file) {
    const picture = this.field.querySelector("[data-mark-picture]");
    picture.hidden = !file;
    if (picture.src) URL.revokeObjectURL(picture.src);
    if (file) picture.src = URL.createObjectURL(file);
  }

  submit(event) {
    const chosen = this.field.querySelector("[data-mark-method]:checked").value;
    const missing = this.field.querySelector("[data-mark-missing]");
    missing.hidden = chosen !== "draw" || this.strokes.length > 0;
    if (missing.hidden) return;
    event.preventDefault();
    this.canvas.focus();
  }
}
