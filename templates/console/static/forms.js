// Forms of acts: sent in the background, so that what was typed stays where an act is refused.
const token = () => document.querySelector("meta[name=csrf]").content;

/** Tell something at the head of the page. kind: done, failed or note. */
export function tell(kind, text, remedy = "") {
  const box = document.getElementById("flash");
  const line = document.createElement("div");
  line.className = `flash over ${kind}`; // above the page, so that nothing moves
  const words = document.createElement("span");
  words.textContent = text;
  line.append(words);
  if (remedy) {
    const more = document.createElement("em");
    more.textContent = remedy;
    words.append(document.documentElement.lang === "en" ? "; " : "；", more);
  }
  box.replaceChildren(line);
}

async function send(form, button) {
  const body = new FormData(form, button);
  const files = [...body.values()].some((value) => value instanceof File);
  const answer = await fetch(button?.getAttribute("formaction") || form.action, {
    method: "POST",
    body: files ? body : new URLSearchParams(body),
    headers: { Accept: "application/json", "X-CSRF-Token": token() },
    credentials: "same-origin",
  });
  const said = await answer.json().catch(() => ({ title: answer.statusText }));
  if (answer.ok) {
    go(said.go || location.href);
    return;
  }
  form.removeAttribute("aria-busy");
  form.closest("dialog")?.close();
  if (said.unsure && ask(form, button, said)) return;
  tell("failed", said.title, said.detail || "");
}

/** One request, whatever the address: what is told once would be told to the first of two, which nobody sees. */
function go(address) {
  const to = new URL(address, location.href);
  if (to.pathname + to.search !== location.pathname + location.search) {
    location.assign(to);
    return;
  }
  if (to.hash !== location.hash) history.replaceState(history.state, "", to); // to go to a #place alone loads nothing
  location.reload();
}

/** What may be somebody else's is done only once it was said why, and that it is right all the same. */
function ask(form, button, said) {
  const dialog = document.getElementById("unsure");
  const box = form.elements.sure;
  if (!dialog || !box) return false;
  dialog.querySelector("[data-why]").textContent = said.title;
  dialog.querySelector("[data-remedy]").textContent = said.detail || "";
  dialog.querySelector("[data-sure]").onclick = () => {
    dialog.close();
    box.checked = true;
    form.requestSubmit(button);
    box.checked = false;
  };
  dialog.showModal();
  dialog.querySelector("[data-close]").focus();
  return true;
}

function marks(form) {
  // Rows come and go; in a table of forms they stand outside, and name the form that they belong to.
  const name = form.dataset.marks || "items";
  const boxes = () => [...form.elements].filter((each) => each.name === name && each.type === "checkbox" && !each.disabled);
  const all = [...form.elements].find((each) => each.matches("[data-mark-all]"));
  const bar = document.querySelector("[data-needs-marks]");
  const label = bar?.querySelector("[data-marked]");
  if (!bar) return;
  const count = () => {
    const n = boxes().filter((box) => box.checked).length;
    bar.hidden = n === 0;
    label.textContent = label.dataset.marked.replace("{n}", n);
    if (all) all.checked = n > 0 && n === boxes().length;
  };
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    count();
  });
  (form.dataset.marks ? document : form).addEventListener("change", count);
  count();
}

/** Offer what fits while a number, name or title is typed. */
function suggest(field) {
  const list = document.getElementById(field.getAttribute("list"));
  let wait;
  field.addEventListener("input", () => {
    clearTimeout(wait);
    const last = field.value.split(/[,，]/).pop().trim();
    if (last.length < 2) return;
    wait = setTimeout(async () => {
      const base = document.querySelector("meta[name=base]").content;
      const answer = await fetch(`${base}/api/v1/transactions?limit=10&text=${encodeURIComponent(last)}`, {
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) return;
      const found = await answer.json();
      list.replaceChildren(
        ...found.items.map((row) => {
          const option = document.createElement("option");
          option.value = row.number;
          option.label = `${row.number} ${row.title}`;
          return option;
        }),
      );
    }, 200);
  });
}

/** What was written leaves in a few seconds: they are counted, and then it is said that it cannot be taken back. */
function countdown(place) {
  const ends = performance.now() + Number(place.dataset.left) * 1000;
  const words = place.textContent;
  const tick = () => {
    const left = Math.ceil((ends - performance.now()) / 1000);
    if (left > 0) {
      place.textContent = words.replace(/\d+/, left);
      setTimeout(tick, 200);
      return;
    }
    const form = place.closest("form");
    const said = document.createElement("span");
    said.textContent = place.dataset.gone;
    form.replaceWith(said);
  };
  tick();
}

export function forms() {
  for (const place of document.querySelectorAll("[data-undo] [data-left]")) countdown(place);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (!form.matches("[data-act]")) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return; // once is enough
    form.setAttribute("aria-busy", "true");
    send(form, event.submitter).catch(() => {
      form.removeAttribute("aria-busy");
      tell("failed", document.getElementById("flash").dataset.noAnswer);
    });
  });
  const bulk = document.getElementById("bulk");
  if (bulk) marks(bulk);
  for (const field of document.querySelectorAll("[data-suggest]")) if (field.dataset.suggest) suggest(field);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) openDismiss(button.closest("[data-item]") || document.querySelector(".item-head"));
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-print]")) print();
    for (const menu of document.querySelectorAll("details.menu[open], details.user[open]"))
      if (!menu.contains(event.target)) menu.open = false;
    if (event.target.closest("[data-help]")) document.getElementById("help").showModal();
  });
}

/** The dialogue that asks why an item is dismissed. row: what has data-item and data-version. */
export function openDismiss(row) {
  const dialog = document.getElementById("dismiss");
  if (!dialog || !row) return;
  const form = dialog.querySelector("form");
  form.action = form.dataset.action.replace("ITEM", row.dataset.item);
  form.elements.seen.value = row.dataset.version;
  dialog.showModal();
  form.elements.note.focus();
}
