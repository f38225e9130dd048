// From the points of a stroke to the outline of its ink: fast strokes are thin, slow ones thick, ends taper.

const THICK = 7;
const THIN = 2.2;

// A stroke is { pen, points: [[x, y, milliseconds, pressure], …] }; the answer is the data of an SVG path to be filled.
export function outline({ pen, points }) {
  if (points.length === 0) return "";
  if (points.length < 3) return dot(points[points.length - 1], THICK * 0.6);
  const line = smooth(points);
  const half = widths(line, pen);
  const left = [];
  const right = [];
  for (let i = 0; i < line.length; i += 1) {
    const before = line[Math.max(0, i - 1)];
    const after = line[Math.min(line.length - 1, i + 1)];
    const length = Math.hypot(after[0] - before[0], after[1] - before[1]) || 1;
    const dx = ((after[1] - before[1]) / length) * half[i];
    const dy = ((before[0] - after[0]) / length) * half[i];
    left.push([line[i][0] + dx, line[i][1] + dy]);
    right.push([line[i][0] - dx, line[i][1] - dy]);
  }
  const caps = dot(line[0], half[0]) + dot(line[line.length - 1], half[half.length - 1]);
  return curve(left, "M") + curve(right.reverse(), "L") + "Z" + caps;
}

// Catmull-Rom between the points as they came: the hand moves on between two reports of the pen.
function smooth(points) {
  const line = [];
  for (let i = 0; i < points.length - 1; i += 1) {
    const [p0, p1, p2, p3] = [points[Math.max(0, i - 1)], points[i], points[i + 1], points[Math.min(points.length - 1, i + 2)]];
    const steps = Math.max(1, Math.min(12, Math.round(Math.hypot(p2[0] - p1[0], p2[1] - p1[1]) / 5)));
    for (let s = 0; s < steps; s += 1) line.push(p1.map((_, axis) => between(p0[axis], p1[axis], p2[axis], p3[axis], s / steps, axis)));
  }
  line.push(points[points.length - 1]);
  return line;
}

function between(a, b, c, d, t, axis) {
  if (axis > 1) return b + (c - b) * t;
  return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
}

// Half the width of the ink at each point, evened out so that it never jumps.
function widths(line, pen) {
  let width = THICK * 0.5;
  const raw = line.map((point, i) => {
    const before = line[Math.max(0, i - 1)];
    const speed = Math.hypot(point[0] - before[0], point[1] - before[1]) / Math.max(1, point[2] - before[2]);
    const wanted = pen ? THIN + (THICK - THIN) * point[3] : THIN + (THICK - THIN) / (1 + speed * 1.1);
    width += (wanted - width) * 0.18;
    return width / 2;
  });
  const taper = Math.min(10, Math.floor(raw.length / 3));
  return raw.map((half, i) => half * Math.min(1, 0.45 + (0.55 * Math.min(i, raw.length - 1 - i)) / (taper || 1)));
}

function curve(points, first) {
  return points.map(([x, y], i) => `${i ? "L" : first}${short(x)} ${short(y)}`).join("");
}

function dot([x, y], radius) {
  const r = short(Math.max(radius, 0.8));
  return `M${short(x - r)} ${short(y)}a${r} ${r} 0 1 0 ${short(2 * r)} 0a${r} ${r} 0 1 0 ${short(-2 * r)} 0Z`;
}

function short(value) {
  return Math.round(value * 10) / 10;
}
