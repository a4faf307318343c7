// A rule from a mail by clicking: the selects of the list are the state, clicks only set them. Works without it, too.
const form = document.getElementById("maker");
const bar = document.getElementById("progress");

/** Characters before a place in a node, as the server counts them (code points). */
function offset(root, node, at) {
  const range = document.createRange();
  range.setStart(root, 0);
  range.setEnd(node, at);
  return [...range.toString()].length;
}

/** The node and place of the n-th character of an element. */
function place(root, n) {
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let left = n;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const letters = [...node.data];
    if (left <= letters.length) return [node, letters.slice(0, left).join("").length];
    left -= letters.length;
  }
  return [root, root.childNodes.length];
}

function range(where) {
  const [name, span] = where.split(":");
  const root = document.querySelector(`[data-place=${name}]:not(select)`);
  if (!root) return null;
  const [start, end] = span.split("-").map(Number);
  const made = document.createRange();
  made.setStart(...place(root, start));
  made.setEnd(...place(root, end));
  return made;
}

function making() {
  const dialog = document.getElementById("pick");
  const values = document.getElementById("values");
  const phrases = document.getElementById("phrases");
  const chips = document.getElementById("chips");
  const colours = new Map([...dialog.querySelectorAll("[data-choose]")].map((b) => [b.dataset.choose, b]));
  let current = null; // {words, select, where, from}
  let began = false;

  const rows = () => [...values.querySelectorAll("select[name=pick]")];
  const fieldOf = (select) => select.value.split("@")[0];
  const nameOf = (field) => colours.get(field)?.textContent || field;
  const colourOf = (field) => [...(colours.get(field)?.classList || [])].find((c) => /^f\d$/.test(c)) || "f0";

  function paint() {
    const made = [];
    const loose = [];
    rows().forEach((select, index) => {
      const field = fieldOf(select);
      const token = document.querySelector(`.token[data-value="${index}"]`);
      if (token) {
        token.className = field ? `token ${colourOf(field)}` : "token";
        if (field) Object.assign(token.dataset, { field, name: nameOf(field) });
        else for (const key of ["field", "name"]) delete token.dataset[key];
      } else if (field && !select.dataset.place.startsWith("pair")) loose.push(range(select.dataset.place));
      if (!field) return;
      const chip = document.createElement("li");
      chip.className = colourOf(field);
      const [head, words, off] = ["b", "span", "button"].map((tag) => document.createElement(tag));
      head.textContent = nameOf(field);
      words.textContent = select.closest("li").querySelector("[data-words]").textContent;
      off.type = "button";
      off.className = "plain";
      off.textContent = "×";
      off.setAttribute("aria-label", `${chips.dataset.remove}: ${head.textContent}`);
      off.addEventListener("click", () => choose(select, ""));
      chip.append(head, words, off);
      made.push(chip);
    });
    if (!made.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = chips.dataset.none;
      made.push(none);
    }
    chips.replaceChildren(...made);
    const must = [...phrases.querySelectorAll("input:checked")].map((box) => range(box.value)).filter(Boolean);
    if (!("highlights" in CSS)) return;
    CSS.highlights.set("picked", new Highlight(...loose.filter(Boolean)));
    CSS.highlights.set("must", new Highlight(...must));
  }

  function stale() {
    paint();
    const note = document.getElementById("stale");
    if (!note || !began) return;
    note.hidden = false;
    for (const button of document.querySelectorAll("#try button")) button.disabled = true;
  }

  function choose(select, field) {
    select.value = field ? `${field}@${select.dataset.place}` : "";
    const words = select.closest("li").querySelector("[data-words]").textContent;
    document.getElementById("picked").textContent = field ? `${nameOf(field)}: ${words}` : `${chips.dataset.remove}: ${words}`;
    stale();
  }

  /** A row of the list for words that were marked with the mouse. */
  function row(words, where) {
    const known = rows().find((select) => select.dataset.place === where);
    if (known) return known;
    const line = document.createElement("li");
    const said = document.createElement("span");
    said.className = "grow";
    const strong = document.createElement("b");
    strong.dataset.words = "";
    strong.textContent = words;
    said.append(strong);
    const select = document.createElement("select");
    select.name = "pick";
    select.dataset.place = where;
    select.setAttribute("aria-label", words);
    select.append(new Option("–", ""));
    for (const [field, button] of colours) if (field) select.append(new Option(button.textContent, `${field}@${where}`));
    line.append(said, select);
    values.append(line);
    return select;
  }

  function ask(words, select, where, from) {
    current = { words, select, where, from };
    document.getElementById("pick-words").textContent = words;
    const must = dialog.querySelector("[data-must]");
    must.hidden = !where || !/[A-Za-z]{2}|[\u3400-\u9fff]{2}/.test(words);
    const now = select ? fieldOf(select) : "";
    for (const [field, button] of colours) button.setAttribute("aria-pressed", String(Boolean(field) && field === now));
    dialog.showModal();
  }

  function must({ words, where }) {
    let box = phrases.querySelector(`input[value="${where}"]`);
    if (!box) {
      const line = document.createElement("li");
      const label = document.createElement("label");
      box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name: "must", value: where });
      const said = document.createElement("span");
      said.textContent = words;
      label.append(box, " ", said);
      line.append(label);
      phrases.prepend(line);
    }
    box.checked = true;
    phrases.closest("details").open = true;
    stale();
  }

  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose], [data-must]");
    if (!button) return;
    if ("must" in button.dataset) must(current);
    else if (current.select || button.dataset.choose)
      choose(current.select || row(current.words, current.where), button.dataset.choose);
    dialog.close();
  });
  dialog.addEventListener("close", () => current?.from?.focus());

  for (const hint of document.querySelectorAll(".script-only")) hint.hidden = false;
  for (const token of document.querySelectorAll(".token")) {
    token.setAttribute("role", "button");
    token.setAttribute("aria-haspopup", "dialog");
    const open = (event) => {
      event.preventDefault();
      const select = rows()[Number(token.dataset.value)];
      const root = token.closest("[data-place]");
      const start = offset(root, token.firstChild, 0);
      const where = `${root.dataset.place}:${start}-${start + [...token.textContent].length}`;
      ask(token.textContent, select, where, token);
    };
    token.addEventListener("click", open);
    token.addEventListener("keydown", (event) => {
      if (event.key === " ") open(event);
    });
  }
  document.addEventListener("mouseup", (event) => {
    const chosen = getSelection();
    const root = event.target.closest?.("[data-place]");
    if (!root || root.tagName === "SELECT" || chosen.isCollapsed || dialog.open) return;
    const [first] = chosen.rangeCount ? [chosen.getRangeAt(0)] : [];
    if (!first || !root.contains(first.commonAncestorContainer)) return;
    const text = first.toString();
    const words = text.trim();
    if (!words) return;
    const start = offset(root, first.startContainer, first.startOffset) + [...text.slice(0, text.indexOf(words))].length;
    ask(words, null, `${root.dataset.place}:${start}-${start + [...words].length}`, root);
  });
  form.addEventListener("change", stale);
  form.addEventListener("formdata", (event) => {
    const filled = [...event.formData].filter(([, value]) => value);
    for (const name of new Set([...event.formData.keys()])) event.formData.delete(name);
    for (const [name, value] of filled) event.formData.append(name, value);
  });
  document.getElementById("as-list").open = false;
  paint();
  began = true;
  const draft = document.getElementById("draft");
  draft?.scrollIntoView();
  draft?.focus({ preventScroll: true });
}

/** How far the back-test is, once a second; its result is a new page. */
async function follow() {
  const said = document.getElementById("said");
  const progress = document.getElementById("bar");
  const chinese = document.documentElement.lang !== "en";
  let lost = 0;
  for (;;) {
    await new Promise((done) => setTimeout(done, 1000));
    const answer = await fetch(bar.dataset.url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.status === 404) break; // restarted: the page says so
    if (!answer?.ok) {
      lost += 1;
      if (lost > 5) said.textContent = bar.dataset.lost;
      continue;
    }
    lost = 0;
    const now = await answer.json();
    if (now.over) break;
    if (now.state !== bar.dataset.state && now.total === null) break; // its words are the server's
    bar.dataset.state = now.state;
    if (now.total === null) continue;
    Object.assign(progress, { max: Math.max(now.total, 1), value: now.done });
    let words = bar.dataset.said.replace("{done}", now.done).replace("{total}", now.total).replace("{rate}", now.rate);
    const left = now.remaining_seconds;
    const span = left >= 60 ? `${Math.round(left / 60)} ${chinese ? "分钟" : "min"}` : `${left} ${chinese ? "秒" : "s"}`;
    if (left) words += `${chinese ? "，" : ", "}${bar.dataset.rest.replace("{span}", span)}`;
    said.textContent = words;
  }
  location.reload();
}

if (form) making();
if (bar) follow();
