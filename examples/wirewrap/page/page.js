
"use strict";
// Draws what it is given: where things lie was worked out by the boards themselves, for each size of RAM.
const data = JSON.parse(document.getElementById("data").textContent);
const at = id => document.getElementById(id);
const big = digits => BigInt("0x" + digits);
const hex = n => "0x" + n.toString(16);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** "128 MiB": exact, in the largest unit that divides it, as the library writes sizes. */
function exact(n) {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let unit = 0;
  while (n && n % 1024n === 0n && unit < 6) n /= 1024n, ++unit;
  return `${n} ${n === 1n && !unit ? "byte" : units[unit]}`;
}
/** The same in few digits. */
function about(n) {
  const text = exact(n);
  if (text.length < 9) return text;
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  const unit = Math.floor((n.toString(2).length - 1) / 10);
  const scaled = Number(n) / 2 ** (10 * unit);
  return `${Number.isInteger(scaled) ? scaled : "≈ " + scaled.toFixed(1)} ${units[unit]}`;
}
const end = r => r.base + r.size;
const end_text = r => end(r) >> 64n ? "2^64" : hex(end(r));
const range = r => `[${hex(r.base)}, ${end_text(r)})`;

/** An element with children: elements, or texts. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
function draw(tag, attributes = {}, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

let board, shown, step;     // which of the boards, by which name, with which of its sizes
let stretches = [];         // ascending
let chosen = "";            // key of a stretch
let full = 1n;              // how much of the address space is in use, a power of two
let view = {start: 0n, span: 1n};
const least = 4096n;

// ---- the board

function stretches_now() {
  const fixed = board.fixed.map(([base, size, kind, name, source, offset, overlay]) => ({
    base: big(base), size: big(size), kind, name, source, offset: big(offset), overlay: !!overlay}));
  const windows = board.sizes[step][1].filter(w => w[3] < 2).map(([base, size, offset, mirror]) => ({
    base: big(base), size: big(size), kind: mirror ? "mirror" : "ram", name: board.ram,
    source: mirror ? board.ram : "", offset: big(offset), main: true}));
  const all = fixed.concat(windows).sort((a, b) => a.base < b.base ? -1 : 1);
  const count = {};
  for (const s of all) s.key = `${s.name}#${count[s.name] = (count[s.name] || 0) + 1}`;
  return all;
}
const is_from = s => w => w[0] === s.name && s.kind !== "mirror";
const is_to = s => w => w[2] === s.name && s.kind !== "mirror";

/** What is to be said of a stretch beside its name and size. */
function remarks(s) {
  const parts = [];
  if (s.source) parts.push(`shows ${s.source} from offset ${hex(s.offset)}`);
  else if (s.main) parts.push(`from offset ${hex(s.offset)}`);
  const pins = board.wires.filter(is_from(s)).map(([, pin, sink, line]) => `${pin} → ${sink} ${line}`);
  if (pins.length) parts.push(pins.join(", "));
  if (s.overlay) parts.push("overlay");
  return parts;
}

/** `wanted` is one of its names; without it the first. */
function show_board(number, wanted) {
  board = data.boards[number];
  shown = board.names.find(n => n[0] === wanted) || board.names[0];
  const [name, alias, since, until] = shown;
  const slash = name.indexOf("/");
  at("target").textContent = slash < 0 ? "" : name.slice(0, slash);
  at("machine").textContent = name.slice(slash + 1);
  const target = name.slice(0, slash + 1);
  const others = board.names.filter(n => n !== shown).map(n => n[0].startsWith(target) ? n[0].slice(slash + 1) : n[0]);
  at("also").textContent = [alias && `alias ${alias}`, others.length && `the same: ${others.join(", ")}`]
    .filter(Boolean).join(" · ");
  document.title = `${name}: memory map`;
  const facts = [
    [board.harts, board.harts === 1 ? "hart" : "harts"], [board.bits, "address bits"], [board.order, ""],
    [board.ram, "RAM block"], [since, since && "QEMU since"], [until, until && "QEMU until"]];
  at("facts").replaceChildren(...facts.filter(([value]) => value !== "").map(([value, what]) =>
    make("li", {class: "fact"}, what.startsWith("QEMU") ? what + " " : "", make("b", {}, String(value)),
         what.startsWith("QEMU") ? "" : " " + what)));

  const sizes = board.sizes.map(s => big(s[0]));
  const slider = at("ram");
  slider.max = sizes.length - 1;
  slider.disabled = sizes.length === 1;
  slider.value = board.sizes.findIndex(s => s[0] === board.first);
  const [least_end, most_end] = at("ram-ends").children;
  least_end.textContent = exact(sizes[0]);
  most_end.textContent = exact(sizes[sizes.length - 1]);
  at("ram-rule").textContent = `The board accepts ${board.rule} of RAM.`;
  at("ram-default").textContent = `Default: ${exact(big(board.default))}`;
  chosen = "";
  at("search").value = "";
  show_size(true);
}

/** With the size that the slider says. */
function show_size(whole) {
  step = Number(at("ram").value);
  const [size, windows] = board.sizes[step];
  const text = exact(big(size));
  at("ram-size").textContent = text;
  at("ram").setAttribute("aria-valuetext", text);
  at("windows").tBodies[0].replaceChildren(...windows.map(([base, size, offset, mirror]) => {
    const w = {base: big(base), size: big(size)};
    return make("tr", {"data-base": base, "data-size": size, "data-offset": offset},
                make("td", {}, range(w)), make("td", {}, exact(w.size)),
                make("td", {}, hex(big(offset)) + (mirror ? ", once more" : "")));
  }));
  stretches = stretches_now();
  const kinds = [...new Set(stretches.map(s => s.kind))].sort();
  at("legend").replaceChildren(...kinds.map(kind => make("span", {class: "k-" + kind}, make("i"), kind)));
  full = least;
  for (const s of stretches) while (full < end(s)) full *= 2n;
  draw_rows();
  draw_overview();
  if (whole || view.start + view.span > full) view = {start: 0n, span: full};
  draw_strip();
  search();
  choose(chosen);
}

// ---- by region

const magnitude = size => Math.min(Math.max((Math.log2(Number(size)) - 12) / 20, 0), 1);

/** How many ends of wires there have to be room for. */
const ports_of = s => board.wires.filter(w => is_from(s)(w) || is_to(s)(w)).length;

function row_of(s) {
  const what = [s.kind, ...remarks(s)];
  const spoken = [s.name, ...what, `${hex(s.base)} to ${end_text(s)}`, exact(s.size)].join(", ");
  const button = make("button", {
    type: "button", class: `row k-${s.kind}`, "aria-label": spoken, "aria-pressed": "false", "data-key": s.key,
    "data-base": s.base.toString(16), "data-size": s.size.toString(16), "data-kind": s.kind,
    style: `--height: ${Math.max(42 + 56 * magnitude(s.size), 15 * (ports_of(s) + 1)).toFixed()}px`},
    make("span", {class: "addr"}, hex(s.base)),
    make("span", {class: "box"}, make("span", {class: "name"}, s.name), make("span", {class: "what"}, what.join(", ")),
         make("span", {class: "size"}, exact(s.size))));
  return button;
}

function draw_rows() {
  const items = [];
  let next = 0n;
  const hole = (from, to) => {
    if (to > from)
      items.push(make("li", {class: "hole"}, make("span", {}, `${about(to - from)} unmapped`)));
  };
  for (const s of stretches) {
    hole(next, s.base);
    items.push(make("li", {}, row_of(s)));
    next = end(s);
  }
  hole(next, 1n << BigInt(board.bits));
  at("rows").replaceChildren(...items);
  at("rows").classList.toggle("wide", stretches.some(s => s.base >> 36n));
  at("map").classList.toggle("wired", board.wires.length > 0);
  draw_wires();
}

const rows_named = name => [...at("rows").querySelectorAll(".row")].filter(
  row => row.dataset.key.slice(0, row.dataset.key.lastIndexOf("#")) === name && row.dataset.kind !== "mirror");

/** From the right edge of a box along a lane of its own to where the wire ends, as in the drawing of `map --svg`. */
function draw_wires() {
  const svg = at("wires"), map = at("map").getBoundingClientRect();
  svg.replaceChildren();
  if (!board.wires.length || !map.width) return;
  const rows = at("rows").getBoundingClientRect();
  const left = rows.right - map.left, distance = 15;
  const boxes = new Map();
  const box_of = name => {
    if (!boxes.has(name)) {
      const row = rows_named(name)[0];
      const r = row && row.querySelector(".box").getBoundingClientRect();
      const place = r ? {y: r.top - map.top, height: r.height} : {hart: true};
      boxes.set(name, {...place, ports: 0, taken: 0});
    }
    return boxes.get(name);
  };
  const port = box => box.y + box.height * ++box.taken / (box.ports + 1);
  const wires = board.wires.map(([source, pin, sink, line]) => ({source, pin, sink, line}))
    .filter(w => !box_of(w.source).hart);
  for (const w of wires) ++box_of(w.source).ports, ++box_of(w.sink).ports;
  wires.sort((a, b) => box_of(a.source).y - box_of(b.source).y);
  for (const w of wires) if (!box_of(w.sink).hart) w.to = port(box_of(w.sink));
  for (const w of wires) w.from = port(box_of(w.source));
  let free = 0;
  for (const [name, box] of boxes) {
    if (!box.hart) continue;
    const theirs = wires.filter(w => w.sink === name);
    box.height = 22 * (theirs.length + 1);
    const middle = theirs.reduce((sum, w) => sum + w.from, 0) / theirs.length;
    box.y = free = Math.max(free, middle - box.height / 2);
    free += box.height + 16;
    for (const w of theirs) w.to = port(box);
  }
  const order = [...wires].sort((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from));
  const low = w => Math.min(w.from, w.to) - 4, high = w => Math.max(w.from, w.to) + 4;
  order.forEach((w, i) => {
    w.lane = 0;
    for (let j = 0; j < i;) {
      const other = order[j];
      const meet = other.lane === w.lane && low(w) <= high(other) && low(other) <= high(w);
      w.lane += meet ? 1 : 0;
      j = meet ? 0 : j + 1;
    }
  });
  const lanes = 1 + Math.max(...wires.map(w => w.lane)), first = left + 72;
  const hart_left = first + lanes * distance + 26;
  const defs = draw("defs");
  const marker = draw("marker", {id: "arrow", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7,
    orient: "auto", markerUnits: "userSpaceOnUse"});
  marker.append(draw("path", {d: "M0,0.5 L10,5 L0,9.5 z"}));
  defs.append(marker);
  svg.append(defs);
  for (const w of wires) {
    const to_hart = box_of(w.sink).hart, lane = first + w.lane * distance, stop = to_hart ? hart_left : left;
    const group = draw("g", {class: "wire", "data-source": w.source, "data-sink": w.sink});
    group.append(
      draw("path", {d: `M${left},${w.from} H${lane} V${w.to} H${stop}`, "marker-end": "url(#arrow)"}),
      draw("text", {x: left + 6, y: w.from - 4}, w.pin),
      draw("text", {x: to_hart ? stop - 10 : stop + 12, y: w.to - 4, "text-anchor": to_hart ? "end" : "start"}, w.line));
    svg.append(group);
  }
  for (const [name, box] of boxes) {
    if (!box.hart) continue;
    const group = draw("g", {class: "hart"});
    group.append(draw("rect", {x: hart_left, y: box.y, width: 72, height: box.height, rx: 9}),
                 draw("text", {x: hart_left + 36, y: box.y + box.height / 2 + 5}, name));
    svg.append(group);
  }
  const size = at("map").getBoundingClientRect();
  svg.setAttribute("width", size.width);
  svg.setAttribute("height", size.height);
}

// ---- to scale

const fraction = (address, v) => Number(address - v.start) / Number(v.span);

function draw_overview() {
  const whole = {start: 0n, span: full};
  at("overview-map").replaceChildren(...stretches.map(s => make("i", {class: `k-${s.kind}`,
    style: `left: ${100 * fraction(s.base, whole)}%; width: ${100 * Number(s.size) / Number(full)}%`})));
}

function draw_strip() {
  const width = at("strip").clientWidth || 1;
  const pieces = [];
  for (const s of stretches) {
    const from = Math.max(fraction(s.base, view), -1), to = Math.min(fraction(end(s), view), 2);
    if (to < 0 || from > 1) continue;
    const pixels = (to - from) * width;
    const piece = make("div", {class: `piece k-${s.kind}${pixels < 5 ? " thin" : ""}`, "data-key": s.key,
      style: `left: ${from * width}px; width: ${pixels}px`});
    // The label stays inside the part that can be seen.
    const shift = Math.max(-from * width, 0), room = Math.min(to, 1) * width - Math.max(from, 0) * width;
    if (room > 44) piece.append(make("b", {style: `margin-left: ${shift}px; max-width: ${room}px`}, s.name),
                                make("small", {style: `margin-left: ${shift}px; max-width: ${room}px`}, exact(s.size)));
    pieces.push(piece);
  }
  at("track").replaceChildren(...pieces);
  let tick = 1n;
  while (view.span / tick > BigInt(Math.max(2, Math.floor(width / 130)))) tick *= 2n;
  const ticks = [];
  for (let a = (view.start + tick - 1n) / tick * tick; a < view.start + view.span; a += tick)
    ticks.push(make("span", {style: `left: ${fraction(a, view) * width}px`}, hex(a)));
  at("ticks").replaceChildren(...ticks);
  at("view").textContent = `${range({base: view.start, size: view.span})} · ${about(view.span)}`;
  const whole = {start: 0n, span: full};
  at("brush").style.left = `${100 * fraction(view.start, whole)}%`;
  at("brush").style.width = `${100 * Number(view.span) / Number(full)}%`;
  mark();
}

let moving = 0;
/** At most everything, at least 4 KiB, not past the ends. */
function bounded({start, span}) {
  if (span > full) span = full;
  if (span < least) span = least;
  if (start < 0n) start = 0n;
  if (start + span > full) start = full - span;
  return {start, span};
}
function look_at(wanted, at_once = false) {
  const goal = bounded(wanted), from = view, begun = performance.now();
  cancelAnimationFrame(moving);
  if (at_once || calm.matches) return view = goal, draw_strip();
  const frame = now => {
    const t = Math.min((now - begun) / 260, 1), eased = t * (2 - t);
    if (t === 1) return view = goal, draw_strip();
    const ratio = Number(goal.span) / Number(from.span), grown = ratio ** eased;
    const along = Math.abs(ratio - 1) < 1e-9 ? eased : (grown - 1) / (ratio - 1);
    view = bounded({start: from.start + scaled(goal.start - from.start, along), span: scaled(from.span, grown)});
    draw_strip();
    moving = requestAnimationFrame(frame);
  };
  moving = requestAnimationFrame(frame);
}
/** n · factor, for n that a number of JavaScript does not hold exactly. */
const scaled = (n, factor) => factor < 1e6 ? n * BigInt(Math.round(factor * 2 ** 30)) >> 30n
                                           : n * BigInt(Math.round(factor));
/** Zooms so that the address at `fixed`, a part of the width, stays where it is. */
function zoom(factor, fixed = 0.5, at_once = false) {
  const {span} = bounded({start: 0n, span: scaled(view.span, factor)});
  look_at({start: view.start + scaled(view.span - span, fixed), span}, at_once);
}
const move = part => look_at({start: view.start + scaled(view.span, part), span: view.span});
const everything = () => look_at({start: 0n, span: full});
/** With a quarter of its size on both sides. */
const look_at_stretch = s => look_at({start: s.base - s.size / 4n, span: s.size + s.size / 2n});

// ---- what is chosen, hovered, searched

const stretch_of = key => stretches.find(s => s.key === key);

let hovered = "";
/** Shows which stretch is meant, and its wires. */
function mark() {
  const key = hovered || chosen, s = stretch_of(key);
  for (const element of document.querySelectorAll(".row, .piece"))
    element.classList.toggle("hot", element.dataset.key === key);
  for (const row of at("rows").querySelectorAll(".row"))
    row.setAttribute("aria-pressed", String(row.dataset.key === chosen));
  let any = false;
  for (const wire of at("wires").querySelectorAll(".wire")) {
    const hot = !!s && s.kind !== "mirror" && (wire.dataset.source === s.name || wire.dataset.sink === s.name);
    wire.classList.toggle("hot", hot);
    any = any || hot;
  }
  at("wires").classList.toggle("chosen", any);
}

function register_table(s) {
  const number = board.registers[s.name];
  if (number === undefined || s.kind !== "device") return [];
  const lines = data.registers[number].map(([name, offset, width, access, says, count, stride, other]) => {
    const many = count > 1 ? `[${count}]` : "";
    const sparse = many && big(stride) !== BigInt(width);
    const notes = [says, sparse && `every ${hex(big(stride))}`, other && `instead of ${other}`]
      .filter(Boolean).join("; ");
    return make("tr", {}, make("td", {}, "+" + hex(big(offset)).slice(2)),
                make("td", {}, name + many, ...(notes ? [make("span", {class: "quiet"}, notes)] : [])),
                make("td", {}, `${8 * width} ${access}`));
  });
  return [make("h4", {}, "Registers"), make("table", {}, make("tbody", {}, ...lines))];
}

function choose(key) {
  const s = stretch_of(key), detail = at("detail");
  chosen = s ? key : "";
  if (!s) {
    detail.className = "";
    detail.replaceChildren(make("p", {class: "quiet"},
      "Choose a region to see its addresses, its wires and its registers. Above, the wheel zooms, down to 4 KiB."));
    return mark();
  }
  const facts = [["from", hex(s.base)], ["to", end_text(s)], ["size", `${exact(s.size)}`]];
  if (s.size % 1024n === 0n) facts.push(["", `${s.size} bytes`]);
  if (s.source) facts.push(["shows", `${s.source} from offset ${hex(s.offset)}`]);
  else if (s.main) facts.push(["offset", `${hex(s.offset)} of ${board.ram}`]);
  if (s.overlay) facts.push(["overlay", "wins over what lies below"]);
  for (const [, pin, sink, line] of board.wires.filter(is_from(s))) facts.push([pin, `→ ${sink} line ${line}`]);
  for (const [source, pin, , line] of board.wires.filter(is_to(s))) facts.push([`line ${line}`, `← ${source}.${pin}`]);
  const go = make("button", {type: "button"}, "Show to scale");
  go.addEventListener("click", () => look_at_stretch(s));
  detail.className = "k-" + s.kind;
  detail.replaceChildren(
    make("h3", {}, s.name), make("span", {class: "kind"}, s.kind),
    make("dl", {}, ...facts.flatMap(([term, value]) => [make("dt", {}, term), make("dd", {}, value)])), go,
    ...register_table(s));
  mark();
}

/** A name, a kind, or an address inside. */
function matches(s, text) {
  if (/^0x[0-9a-f_]+$/.test(text)) {
    const address = BigInt(text.replaceAll("_", ""));
    if (s.base <= address && address < end(s)) return true;
  }
  return [s.name, s.kind, s.source, hex(s.base)].some(part => part.toLowerCase().includes(text));
}
function search() {
  const text = at("search").value.trim().toLowerCase();
  const found = new Set(stretches.filter(s => !text || matches(s, text)).map(s => s.key));
  for (const element of document.querySelectorAll(".row, .piece"))
    element.classList.toggle("miss", !found.has(element.dataset.key));
  at("found").textContent = text ? `${found.size} of ${stretches.length}` : "";
  return stretches.filter(s => text && found.has(s.key));
}

function tell(event, s) {
  const tip = at("tip");
  hovered = s ? s.key : "";
  tip.hidden = !s;
  mark();
  if (!s) return;
  tip.replaceChildren(make("b", {}, s.name), make("span", {}, range(s)), make("span", {}, `${exact(s.size)} ${s.kind}`),
                      ...remarks(s).map(text => make("span", {}, text)));
  const {width, height} = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
  tip.style.top = `${event.clientY + 18 + height > innerHeight ? event.clientY - height - 12 : event.clientY + 18}px`;
}

// ---- what people do

for (const area of [at("rows"), at("track")]) {
  area.addEventListener("pointermove", event => {
    const element = event.target.closest("[data-key]");
    tell(event, element && stretch_of(element.dataset.key));
  });
  area.addEventListener("pointerleave", event => tell(event, undefined));
}
at("rows").addEventListener("click", event => {
  const row = event.target.closest(".row");
  if (row) choose(row.dataset.key === chosen ? "" : row.dataset.key);
});
at("rows").addEventListener("focusin", event => {
  hovered = event.target.dataset.key || "";
  mark();
});
at("rows").addEventListener("focusout", () => { hovered = ""; mark(); });
at("rows").addEventListener("dblclick", event => {
  const row = event.target.closest(".row");
  if (row) look_at_stretch(stretch_of(row.dataset.key));
});
at("rows").addEventListener("keydown", event => {
  const rows = [...at("rows").querySelectorAll(".row")], here = rows.indexOf(document.activeElement);
  const to = {ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1}[event.key];
  if (here < 0 || to === undefined || !rows[to]) return;
  rows[to].focus();
  event.preventDefault();
});

const strip = at("strip");
strip.addEventListener("wheel", event => {
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    look_at({start: view.start + scaled(view.span, event.deltaX / strip.clientWidth), span: view.span}, true);
  } else {
    // At an end the page scrolls on.
    if (event.deltaY > 0 ? view.span === full : view.span === least) return;
    zoom(2 ** (event.deltaY / 240), event.offsetX === undefined ? 0.5 : part_of(event), true);
  }
  event.preventDefault();
}, {passive: false});
const part_of = event => {
  const box = strip.getBoundingClientRect();
  return (event.clientX - box.left) / box.width;
};
let drag = null;
strip.addEventListener("pointerdown", event => {
  if (event.button) return;
  drag = {x: event.clientX, start: view.start, moved: false, key: event.target.closest("[data-key]")?.dataset.key};
  strip.setPointerCapture(event.pointerId);
});
strip.addEventListener("pointermove", event => {
  if (!drag) return;
  const by = event.clientX - drag.x;
  drag.moved = drag.moved || Math.abs(by) > 3;
  strip.classList.toggle("dragging", drag.moved);
  if (drag.moved) look_at({start: drag.start - scaled(view.span, by / strip.clientWidth), span: view.span}, true);
});
strip.addEventListener("pointerup", () => {
  if (drag && !drag.moved && drag.key) choose(drag.key);
  strip.classList.remove("dragging");
  drag = null;
});
strip.addEventListener("pointercancel", () => { drag = null; });
strip.addEventListener("dblclick", event => {
  const box = at("track").getBoundingClientRect();
  const address = view.start + scaled(view.span, (event.clientX - box.left) / box.width);
  const s = stretches.find(each => each.base <= address && address < end(each));
  s ? look_at_stretch(s) : zoom(0.25, part_of(event));
});
strip.addEventListener("keydown", event => {
  const act = {"+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), "0": everything,
               ArrowLeft: () => move(-0.25),
               ArrowRight: () => move(0.25), Home: () => look_at({start: 0n, span: view.span}),
               End: () => look_at({start: full, span: view.span})}[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  act();
  event.preventDefault();
});
at("zoom-in").addEventListener("click", () => zoom(0.25));
at("zoom-out").addEventListener("click", () => zoom(4));
at("go-left").addEventListener("click", () => move(-0.5));
at("go-right").addEventListener("click", () => move(0.5));
at("fit").addEventListener("click", everything);
at("overview").addEventListener("pointerdown", event => {
  const box = at("overview").getBoundingClientRect();
  const middle = scaled(full, (event.clientX - box.left) / box.width);
  look_at({start: middle - view.span / 2n, span: view.span});
});

at("ram").addEventListener("input", () => show_size(false));
at("ram-default").addEventListener("click", () => {
  at("ram").value = board.sizes.findIndex(s => s[0] === board.default);
  show_size(false);
});
at("search").addEventListener("input", search);
at("search").addEventListener("keydown", event => {
  if (event.key !== "Enter") return;
  const [first] = search();
  if (!first) return;
  choose(first.key);
  look_at_stretch(first);
  rows_named(first.name)[0]?.scrollIntoView({block: "nearest"});
});
new ResizeObserver(() => { draw_wires(); draw_strip(); }).observe(at("map"));

const themes = ["", "light", "dark"];
function use_theme(theme) {
  document.documentElement.dataset.theme = theme;
  at("theme").textContent = {"": "◐ System", light: "○ Light", dark: "● Dark"}[theme];
  at("theme").setAttribute("aria-label", `Colours: ${theme || "as the system"}`);
  try { localStorage.setItem("theme", theme); } catch { /* a file may have no storage */ }
}
at("theme").addEventListener("click", () =>
  use_theme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % 3]));
let kept = null;
try { kept = localStorage.getItem("theme"); } catch { /* as above */ }
use_theme(themes.includes(kept) ? kept : "");

// ---- many boards

const named = name => data.boards.findIndex(b => b.names.some(n => n[0] === name));
function list_boards() {
  const text = at("board-filter").value.trim().toLowerCase(), groups = new Map();
  let count = 0, before = "";
  for (const b of data.boards) {
    for (const n of b.names) {
      const [name, alias] = n, slash = name.indexOf("/"), target = name.slice(0, slash);
      if (!`${name} ${alias} ${b.ram}`.toLowerCase().includes(text)) continue;
      ++count;
      if (!groups.has(target)) groups.set(target, [make("h2", {}, target)]);
      const group = groups.get(target), version = /^(.*-)\d+\.\d+$/.exec(name);
      // Versions that are the same board are one line.
      if (version && before === version[1] + data.boards.indexOf(b)) {
        const link = group[group.length - 1];
        link.textContent = link.textContent.replace(/ … .*|$/, ` … ${name.slice(version[1].length)}`);
      } else {
        group.push(make("a", {href: "#" + name}, name.slice(slash + 1)));
      }
      before = version ? version[1] + data.boards.indexOf(b) : "";
      if (n === shown) group[group.length - 1].setAttribute("aria-current", "page");
    }
  }
  at("board-list").replaceChildren(...[...groups.values()].flat());
  at("board-count").textContent = `${count} boards`;
}
function go_where_asked() {
  const name = decodeURIComponent(location.hash.slice(1)), asked = named(name);
  const wired = data.boards.reduce((most, b, i) => b.wires.length >= data.boards[most].wires.length ? i : most, 0);
  show_board(asked >= 0 ? asked : board ? data.boards.indexOf(board) : wired, asked >= 0 ? name : shown?.[0]);
  if (data.boards.length > 1) list_boards();
}
if (data.boards.length > 1) {
  at("boards").hidden = false;
  at("board-filter").addEventListener("input", list_boards);
  addEventListener("hashchange", go_where_asked);
}
go_where_asked();
