// One item: what is picked stands on the button that acts on it; ready texts come into the answer.
export function item() {
  const form = document.getElementById("assign");
  if (form) {
    form.addEventListener("input", () => picked(form));
    picked(form);
  }
  for (const field of document.querySelectorAll("select[data-ready]")) {
    field.addEventListener("change", () => ready(field));
    document.getElementById("text")?.addEventListener("keydown", (event) => byKey(event, field));
  }
}

/** Alt and a digit: that ready answer. The key's place counts, since Alt makes other letters of it on some keyboards. */
function byKey(event, field) {
  if (!event.altKey || event.ctrlKey || event.metaKey || !/^Digit[1-9]$/.test(event.code)) return;
  const option = field.querySelector(`option[data-alt="${event.code.at(-1)}"]`);
  if (!option) return;
  event.preventDefault();
  field.value = option.value;
  ready(field);
}

function picked(form) {
  const boxes = [...form.querySelectorAll("[name=numbers]:checked")];
  const more = form.elements.more?.value.trim() ? ["…"] : [];
  const shown = boxes.length + more.length > 1 ? [`${boxes.length}${more.length ? "+" : ""}`] : [...boxes.map((box) => box.value), ...more];
  for (const place of document.querySelectorAll("[data-picked]")) place.textContent = shown[0] || "";
  const sum = form.querySelector("[data-proven]");
  if (sum) balance(sum, boxes);
}

/** What is picked beside what the proofs say was paid, in cents. */
function balance(sum, boxes) {
  const cents = (text) => Math.round(Number(text || 0) * 100);
  const amount = (box) => box.closest(".candidate").querySelector(".amount input")?.value.trim() || box.dataset.payable;
  const chosen = boxes.reduce((all, box) => all + cents(amount(box)), 0);
  const left = cents(sum.dataset.proven) - chosen;
  const put = (name, value) => (sum.querySelector(`[data-${name}]`).textContent = `${value < 0 ? "−" : ""}¥${(Math.abs(value) / 100).toFixed(2)}`);
  put("chosen", chosen);
  put("left", left);
  sum.classList.toggle("even", left === 0);
}

/** The text of a topic, in the writer's language, where the cursor is. */
async function ready(field) {
  const text = document.getElementById("text");
  const name = field.value;
  if (!name || !text) return;
  field.value = "";
  const answer = await fetch(field.dataset.ready.replace("NAME", encodeURIComponent(name)), { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const words = new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim();
  const before = text.value.slice(0, text.selectionStart).trimEnd();
  text.value = `${before}${before ? "\n\n" : ""}${words}${text.value.slice(text.selectionEnd) ? "\n\n" : ""}${text.value.slice(text.selectionEnd).trimStart()}`;
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
