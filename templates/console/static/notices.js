// The editor of notices: what is said of the words, and how they look, while one types. Works without it: save, and see.
const editor = document.getElementById("editor");
const token = document.querySelector("meta[name=csrf]").content;

for (const group of document.querySelectorAll(".widths")) {
  const frame = group.closest("section").querySelector("iframe");
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-width]");
    if (!button) return;
    for (const each of group.children) each.setAttribute("aria-pressed", String(each === button));
    frame.className = `shown ${button.dataset.width}`;
  });
}

function tell(findings) {
  const box = document.getElementById("findings");
  if (!findings.length) {
    const fine = document.createElement("p");
    fine.className = "good";
    fine.textContent = box.dataset.none;
    box.replaceChildren(fine);
    return;
  }
  const list = document.createElement("ul");
  for (const found of findings) {
    const line = document.createElement("li");
    line.className = found.grave ? "grave" : "";
    const where = document.querySelector(`label[for="words-${found.form}"]`)?.firstChild.textContent.trim() || "";
    const place = [where, found.line ? box.dataset.line.replace("{n}", found.line) : ""].filter(Boolean).join(" · ");
    const head = document.createElement("b");
    head.textContent = `${found.grave ? box.dataset.grave : box.dataset.doubt} ${place} `;
    const more = document.createElement("em");
    more.textContent = found.remedy;
    line.append(head, found.what, " ", more);
    list.append(line);
  }
  box.replaceChildren(list);
}

/** Show the HTML of the words in their frame: a form is sent into it, so that it comes with a policy of its own. */
function draw(frame) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = editor.dataset.previewUrl;
  form.target = frame.name;
  form.hidden = true;
  for (const [name, value] of new FormData(editor)) {
    if (["note", "here", "back", "forms"].includes(name) || name.startsWith("seen.")) continue;
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

let wait;
let round = 0;
async function attempt() {
  const mine = ++round;
  const answer = await fetch(editor.dataset.try, {
    method: "POST",
    body: new URLSearchParams(new FormData(editor)),
    headers: { Accept: "application/json", "X-CSRF-Token": token },
    credentials: "same-origin",
  });
  const said = await answer.json().catch(() => null);
  if (mine !== round || !said) return; // overtaken by what was typed since
  if (!answer.ok) {
    tell([{ grave: true, what: said.title || "", remedy: said.detail || "", line: 0, form: "" }]);
    return;
  }
  tell(said.findings);
  editor.dataset.tried = String(mine);
  if (said.text === undefined) return; // it cannot be written: the last picture stays
  const preview = document.querySelector("[data-preview]");
  preview.querySelector("[data-subject]").textContent = said.subject;
  preview.querySelector("[data-text]").textContent = said.text;
  draw(preview.querySelector("iframe"));
}

if (editor?.querySelector("button.main")) {
  let last = editor.querySelector("textarea");
  editor.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea")) last = event.target;
  });
  editor.addEventListener("input", (event) => {
    if (!event.target.matches("textarea")) return;
    clearTimeout(wait);
    wait = setTimeout(() => attempt().catch(() => {}), 500);
  });
  document.querySelector(".variables").addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const name = button.dataset.insert;
    const words = button.dataset.each ? `{% for each in ${name} %}\n{{ each }}\n{% endfor %}\n` : `{{ ${name} }}`;
    last.setRangeText(words, last.selectionStart, last.selectionEnd, "end");
    last.focus();
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
