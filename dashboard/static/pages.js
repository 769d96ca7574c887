// The only script: swaps fragments of server-rendered pages in place, posts forms without a jump, zooms the map.
// Every action works without it. It keeps no state that the server does not have and makes no HTML of its own.
"use strict";
const tags = new WeakMap(), turns = new WeakMap(), followed = new WeakSet(); // element -> ETag of what it shows; a form -> its changes; elements whose job is followed
const lost = () => document.querySelector(".lost");

// --- fragments: <section data-refresh="/url" data-every="2500"> ---
async function refresh(element) {
  const headers = { "X-Fragment": "1", ...(tags.has(element) && { "If-None-Match": tags.get(element) }) };
  const typed = element.dataset.asks ? encodeURIComponent(element.closest("form").elements[element.dataset.asks].value) : "";
  const answer = await fetch(element.dataset.refresh + typed, { headers, redirect: "manual", cache: "no-store" });
  if (answer.type === "opaqueredirect" || answer.status === 403) return location.reload(); // signed out meanwhile
  if (answer.status === 304) return undefined;
  const html = answer.ok ? await answer.text() : await Promise.reject(new Error(answer.statusText));
  const held = element.contains(document.activeElement) ? document.activeElement : null;
  if (held && held.matches("input, textarea, select")) return undefined; // never under somebody's typing
  const way = held && held.getAttribute("href"), open = [...element.querySelectorAll("details[id][open]")].map((fold) => `#${CSS.escape(fold.id)}`);
  element.innerHTML = html;
  if (open.length) element.querySelectorAll(open).forEach((fold) => { fold.open = true; }); // what was unfolded stays so
  if (way) element.querySelector(`[href="${CSS.escape(way)}"]`)?.focus();
  if (answer.headers.get("ETag")) tags.set(element, answer.headers.get("ETag"));
  return element.querySelectorAll("[data-stream]").forEach(follow);
}

async function keep(element) {
  while (element.isConnected) {
    await new Promise((wake) => setTimeout(wake, Number(element.dataset.every) || 2500));
    if (document.hidden || !element.isConnected || followed.has(element)) continue;
    await refresh(element).then(() => { lost().hidden = true; }, () => { lost().hidden = false; });
  }
}

// --- a running job: <section data-stream="/url"> gets its lines as they are said; asking rests meanwhile ---
function follow(section) {
  const around = section.closest("[data-refresh]"), log = section.querySelector(".log");
  const source = new EventSource(section.dataset.stream); // comes again by itself, with the last line's number
  const end = () => { source.close(); followed.delete(around); tags.delete(around); };
  const on = (name, act) => source.addEventListener(name, (event) => section.isConnected ? act(JSON.parse(event.data)) : end());
  followed.add(around);
  on("log", (lines) => {
    const low = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    log.append(lines.join("\n") + "\n", section.querySelector(".waits")?.remove() ?? "");
    if (low) log.scrollTop = log.scrollHeight;
  });
  on("part", (html) => { around.querySelector("[data-part]").innerHTML = html; });
  on("end", () => { end(); refresh(around).catch(() => undefined); });
  source.addEventListener("error", () => source.readyState === EventSource.CLOSED && end()); // refused: ask instead
}

// --- forms: <form data-swap> answers with a whole page; its main takes the place of ours ---
async function send(form, name, value) {
  const body = form.enctype === "multipart/form-data" ? new FormData(form) : new URLSearchParams(new FormData(form));
  if (name) body.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body });
  return [answer, new DOMParser().parseFromString(await answer.text(), "text/html"), body];
}

async function post(form, button) {
  const sent = send(form, button?.name, button?.value);
  if (button) button.disabled = true;
  const [answer, page] = await sent, main = page.getElementById("main");
  if (!main) return location.assign(answer.url);
  document.title = page.title;
  document.getElementById("main").replaceWith(main);
  if (answer.redirected) history.pushState({}, "", answer.url);
  shown = place();
  main.focus();
  return begin(main);
}

// what has [data-follows] gets its default anew when a field with [data-leads] is changed; nothing else is touched
async function lead(form) {
  const turn = turns.set(form, (turns.get(form) ?? 0) + 1).get(form), [, page, body] = await send(form, "_do", "follow");
  for (const part of turn === turns.get(form) ? form.querySelectorAll("[data-follows]") : []) {
    const input = part.querySelector("[name]"), fresh = page.getElementById(part.id), held = input === document.activeElement;
    if (!fresh || input.value !== body.get(input.name)) continue; // never under somebody's typing
    part.replaceWith(fresh);
    if (held) fresh.querySelector("[name]").focus();
  }
}
document.addEventListener("change", ({ target }) => target.matches("[data-leads], [data-leads] *") && lead(target.form).catch(() => undefined));

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-swap]")) return;
  event.preventDefault();
  post(event.target, event.submitter).catch(() => event.target.submit());
});
const place = () => location.pathname + location.search; // without the fragment: a jump within the page is no other page
let shown = place();
window.addEventListener("popstate", () => place() === shown || location.reload());

// --- the map: <svg data-zoom viewBox="..."> moves by wheel, drag, keys and buttons[data-by] ---
function zoomable(svg) {
  const { x: left, y: top, width, height } = svg.viewBox.baseVal, full = { x: left, y: top, width, height }, drags = new Map();
  let box = { ...full };
  const sized = (width) => { const w = Math.min(Math.max(width, full.width / 12), full.width); return [w, (w * full.height) / full.width]; };
  const set = (x, y, width) => {
    const [w, h] = sized(width), [left, top] = [full.x + full.width - w, full.y + full.height - h];
    box = { x: Math.min(Math.max(x, full.x), left), y: Math.min(Math.max(y, full.y), top), width: w, height: h };
    svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
  };
  const zoom = (factor, fx = 0.5, fy = 0.5) => {
    const [w, h] = sized(box.width * factor);
    set(box.x + (box.width - w) * fx, box.y + (box.height - h) * fy, w);
  };
  const pan = (dx, dy) => set(box.x + dx * box.width, box.y + dy * box.height, box.width);
  const seen = () => svg.getBoundingClientRect();
  const spot = (event) => [(event.clientX - seen().left) / seen().width, (event.clientY - seen().top) / seen().height];
  const acts = {
    "+": () => zoom(0.7), "-": () => zoom(1.4), 0: () => set(full.x, full.y, full.width),
    ArrowLeft: () => pan(-0.1, 0), ArrowRight: () => pan(0.1, 0), ArrowUp: () => pan(0, -0.1), ArrowDown: () => pan(0, 0.1),
  };
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && box.width >= full.width && event.deltaY > 0) return; // let the page scroll
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.2 : 0.83, ...spot(event));
  }, { passive: false });
  svg.addEventListener("keydown", (event) => {
    const act = acts[event.key === "=" ? "+" : event.key];
    if (act) { event.preventDefault(); act(); }
  });
  svg.addEventListener("pointerdown", (event) => event.pointerType === "mouse" && drags.set(event.pointerId, spot(event)));
  const lift = (event) => drags.delete(event.pointerId);
  ["pointerup", "pointercancel", "pointerleave"].forEach((name) => svg.addEventListener(name, lift));
  svg.addEventListener("pointermove", (event) => {
    if (!drags.has(event.pointerId)) return;
    const [oldX, oldY] = drags.get(event.pointerId), [x, y] = spot(event);
    pan(oldX - x, oldY - y); drags.set(event.pointerId, [x, y]);
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  document.querySelectorAll("button[data-by]").forEach((button) => {
    button.closest("[hidden]")?.removeAttribute("hidden");
    button.addEventListener("click", () => acts[button.dataset.by]());
  });
}

// --- one key: <button data-key="d"> in the row that has the focus, or alone on a page ---
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, textarea, select")) return;
  const all = document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`), row = event.target.closest("[data-keys]");
  (row ? row.querySelector(`[data-key="${CSS.escape(event.key)}"]`) : all.length === 1 && !all[0].closest("[data-keys]") && all[0])?.click?.();
});

function begin(root) {
  root.querySelectorAll("[data-stream]").forEach(follow);
  root.querySelectorAll("[data-refresh]").forEach(keep);
  root.querySelectorAll("svg[data-zoom]").forEach(zoomable);
}

begin(document);
