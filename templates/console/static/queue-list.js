// The open list of the queue follows what happens elsewhere, and nothing moves under anybody's hands: a row that is
// settled elsewhere says so in its place, a new one comes by itself only where nothing in sight moves for it. The rest
// is put in, and what is settled taken out, when it is asked for: by a click or by '.'.
const PAUSE = 2000; // milliseconds between two looks, however much happens
const AGAIN = 10_000; // milliseconds after which it is tried again where the server was busy
const MOST = 100; // rows to which a page grows by itself
const PATCHED = [".c-limit", ".c-cause", ".c-cand", ".c-with"]; // cells that may change while an item waits

let busy = false;
let wanted = "";
let page = null; // as it was seen last: its ids in their order, the rows that wait to be put in, its pager

const table = () => document.querySelector("table.queue[data-mark]");
const rowsOf = (body) => [...body.rows];
const idOf = (row) => row.dataset.item;

/** The queue has this mark now: look, where the list shows an older one. */
export function follow(mark) {
  wanted = mark;
  if (busy || !table() || table().dataset.mark === mark) return;
  busy = true;
  const soon = (wait) => setTimeout(() => ((busy = false), follow(wanted)), wait);
  look().then(
    (status) => (status === 200 ? soon(PAUSE) : status >= 500 ? soon(AGAIN) : (busy = false)),
    () => soon(AGAIN),
  );
}

async function look() {
  const query = new URLSearchParams(location.search);
  query.set("held", rowsOf(table().tBodies[0]).map(idOf).join(","));
  const base = document.querySelector("meta[name=base]").content;
  const answer = await fetch(`${base}/live/queue?${query}`, { headers: { Accept: "application/json" } });
  if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  return answer.status;
}

function take(news) {
  const [body, fresh] = [table().tBodies[0], news.querySelector("table")];
  const now = new Map([...fresh.rows].map((row) => [idOf(row), row]));
  keepWidths();
  const settled = rowsOf(body).filter((row) => renew(row, now.get(idOf(row)))).length;
  const shown = new Set(rowsOf(body).map(idOf));
  const order = rowsOf(fresh.tBodies[0]).map(idOf);
  const others = rowsOf(fresh.tBodies[0]).filter((row) => !shown.has(idOf(row)));
  const waiting = others.filter((row) => !appended(row));
  page = { order, waiting: new Map(waiting.map((row) => [idOf(row), row])), pager: news.querySelector("[data-pager]") };
  for (const node of news.querySelectorAll("[data-number]"))
    for (const mine of document.querySelectorAll(`main [data-number="${node.dataset.number}"]`)) mine.textContent = node.textContent;
  table().dataset.mark = fresh.dataset.mark;
  const apart = waiting.length > 0 || rowsOf(body).some((row) => !order.includes(idOf(row)));
  document.querySelector("[data-fresh]").classList.toggle("seen", apart);
  say({ came: others.length - waiting.length, settled, waits: waiting.length });
  recount();
}

/** Show how the row's item stands now; nothing changes its place or size. Whether it has just been settled. */
function renew(row, now) {
  if (now?.dataset.version === row.dataset.version) return false;
  const before = row.matches(".settled");
  const settled = !now || (row.dataset.state === "open" && now.dataset.state !== "open");
  row.classList.toggle("settled", settled);
  row.querySelector(".by")?.remove();
  if (now) row.dataset.version = now.dataset.version;
  tick(row, now, settled);
  if (settled) stamp(row, now);
  else for (const name of PATCHED) row.querySelector(name).replaceChildren(...now.querySelector(name).childNodes);
  return settled && !before;
}

/** Who settled it and how, over the row. */
function stamp(row, now) {
  const by = document.createElement("span");
  by.className = "by";
  if (now) by.append(...now.querySelector(".c-limit").childNodes);
  row.querySelector(".c-with").append(by);
}

/** A tick stays, and stands for what was seen when it was set: an act on what has changed since is refused. */
function tick(row, now, settled) {
  const [box, fresh] = [row.querySelector("input[name=items]"), now?.querySelector("input[name=items]")];
  if (!box) {
    if (fresh) row.querySelector(".c-mark").replaceChildren(fresh);
    return;
  }
  if (settled && document.activeElement === box) row.querySelector("a.go").focus({ preventScroll: true });
  if (settled) box.checked = false;
  box.disabled = settled;
  if (fresh && box.checked) box.dataset.now = fresh.value;
  else if (fresh) box.value = fresh.value;
}

/** Put a new row at the end, where it belongs there and nothing in sight moves for it; whether that was done. */
function appended(row) {
  const body = table().tBodies[0];
  const last = body.rows[body.rows.length - 1];
  if (last) {
    const beyond = "newest" in table().dataset ? Number(idOf(row)) < Number(idOf(last)) : Number(idOf(row)) > Number(idOf(last));
    const pager = document.querySelector(".pager");
    if (!beyond || body.rows.length >= MOST || (pager && pager.getBoundingClientRect().top < innerHeight)) return false;
  }
  row.classList.add("came");
  body.append(row);
  there();
  return true;
}

/** The list, or that there is nothing. */
function there() {
  const some = table().tBodies[0].rows.length > 0;
  table().parentElement.hidden = !some;
  document.querySelector("#bulk .empty").hidden = some;
}

/** Columns stay as wide as they are, whatever is put into them. */
function keepWidths() {
  if (table().matches(".steady") || !table().tBodies[0].rows.length) return;
  const heads = [...table().tHead.rows[0].cells];
  const widths = heads.map((head) => head.getBoundingClientRect().width);
  heads.forEach((head, n) => (head.style.width = `${widths[n]}px`));
  table().classList.add("steady");
}

function loosen() {
  table().classList.remove("steady");
  for (const head of table().tHead.rows[0].cells) head.style.width = "";
}

function say(counts) {
  const box = document.querySelector("[data-news]");
  const said = Object.entries(counts).filter(([, n]) => n > 0).map(([key, n]) => box.dataset[key].replace("{n}", n));
  if (said.length) box.textContent = said.join(" ");
}

const recount = () => document.getElementById("bulk").dispatchEvent(new Event("change"));

/** The list as it is now: new rows in their places, what is settled gone. What is looked at stays where it is. */
function update() {
  const body = table().tBodies[0];
  const stays = (row) => page.order.includes(idOf(row)) || row.querySelector("input[name=items]:checked");
  const rows = rowsOf(body);
  const kept = rows.filter(stays);
  const selected = rows.findIndex((row) => row.contains(document.activeElement));
  const next = selected >= 0 ? rows.slice(selected).find(stays) || kept.at(-1) : null;
  const anchor = [next, ...kept].find((row) => row && inSight(row));
  const top = anchor?.getBoundingClientRect().top;
  loosen();
  for (const row of rows) if (!kept.includes(row)) row.remove();
  putIn(body, kept);
  document.querySelector("#bulk [data-pager]").replaceWith(page.pager);
  there();
  if (next && !next.contains(document.activeElement)) next.querySelector("a.go").focus({ preventScroll: true });
  if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - top);
  document.querySelector("[data-fresh]").classList.remove("seen");
  recount();
}

function putIn(body, kept) {
  let at = body.rows[0] || null;
  for (const id of page.order) {
    const mine = kept.find((row) => idOf(row) === id);
    if (mine) at = mine.nextElementSibling;
    else if (page.waiting.has(id)) body.insertBefore(page.waiting.get(id), at);
  }
  for (const row of body.rows) row.classList.toggle("came", page.waiting.has(idOf(row)));
  page.waiting.clear();
}

function inSight(row) {
  const place = row.getBoundingClientRect();
  return place.bottom > 60 && place.top < innerHeight;
}

export function queueList() {
  if (!table()) return;
  addEventListener("resize", loosen);
  document.getElementById("bulk").addEventListener("change", (event) => {
    const box = event.target;
    if (!box.dataset?.now) return;
    box.value = box.dataset.now;
    delete box.dataset.now;
  });
  document.querySelector("[data-fresh]").addEventListener("click", (event) => {
    if (!page || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    update();
  });
}
