// The keyboard: a queue worked from start to end without a mouse.
import { openDismiss } from "./forms.js";

const rows = () => [...document.querySelectorAll("main tbody tr")].map((row) => row.querySelector("a.go, a")).filter(Boolean);
const typing = (node) => node.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
let before = "";

function move(step) {
  const beside = document.querySelector(`a[data-key=${step > 0 ? "j" : "k"}]`);
  if (beside || document.querySelector(".item-head")) {
    beside?.click();
    return Boolean(beside);
  }
  const links = rows();
  if (!links.length) return false;
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
  return true;
}

function row() {
  return document.activeElement.closest?.("tr[data-item]");
}

/** Open the form that the key stands for, and go to its first field; a button is pressed, a link followed. */
function press(key) {
  const target = ["details", "textarea", "input", "button", "a"].map((tag) => document.querySelector(`${tag}[data-key="${key}"]`)).find(Boolean);
  if (!target) return false;
  if (target.matches("textarea, input")) {
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  } else if (target.tagName !== "DETAILS") {
    target.click();
  } else {
    target.open = true;
    target.scrollIntoView({ block: "nearest" });
    (target.querySelector("textarea, input:not([type=hidden], [type=checkbox])") || target.querySelector("summary")).focus();
  }
  return true;
}

function pick(number) {
  const box = document.querySelector(`[data-pick="${number}"]`);
  if (box) {
    box.click();
    box.focus();
  }
  return Boolean(box);
}

// Where nothing is picked there is nothing to send: on to the field that others are searched with.
function assign() {
  const form = document.getElementById("assign");
  const more = document.getElementById("more");
  if (!more || more.value.trim() || form.querySelector("input[type=checkbox]:checked")) return press("a");
  more.focus();
  return true;
}

function undo() {
  const form = document.querySelector("[data-undo]") || document.querySelector("[data-undo-item]");
  form?.requestSubmit();
  return Boolean(form);
}

function dismiss() {
  if (row()?.matches(".settled")) return false;
  const item = row() || document.querySelector(".item-head[data-item]");
  if (!item || !document.getElementById("dismiss")) return false;
  openDismiss(item);
  return true;
}

function escape() {
  const list = document.querySelector("[data-back]");
  const menu = document.querySelector("details.menu[open], details.user[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return true;
  }
  if (document.activeElement && typing(document.activeElement)) document.activeElement.blur();
  else if (list) list.click();
  else return false;
  return true;
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  a: () => (row() ? (row().querySelector("a.go").click(), true) : assign()),
  d: dismiss,
  r: () => press("r"),
  h: () => press("h"),
  c: () => press("c"),
  m: () => press("m"),
  n: () => press("n"),
  u: undo,
  x: () => {
    const box = row()?.querySelector("input[type=checkbox]");
    box?.click();
    row()?.querySelector("a.go")?.focus();
    return Boolean(box);
  },
  "/": () => {
    const field = document.getElementById("search");
    field?.focus();
    field?.select();
    return Boolean(field);
  },
  ".": () => document.querySelector("[data-fresh].seen") && press("."),
  "?": () => {
    document.getElementById("help").showModal();
    return true;
  },
};

/** Ctrl+Enter: the form that is typed in, or else what the page is built around. */
function submit(form) {
  const own = form && [...form.elements].filter((each) => each.matches("button:not([type=button])"));
  const button = own?.find((each) => each.matches(".main")) || own?.[0] || document.querySelector("[data-main]");
  if (!button || document.querySelector("dialog[open]")?.contains(button) === false) return false;
  button.form.requestSubmit(button);
  return true;
}

export function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (submit(event.target.form)) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return; // a dialogue has keys of its own: Enter, Escape
    if (event.key === "Escape") {
      if (escape()) event.preventDefault();
      return;
    }
    if (typing(event.target)) return;
    const place = before === "g" && document.querySelector(`.side a[data-go="${event.key}"]`);
    if (place) {
      before = "";
      event.preventDefault();
      place.click();
      return;
    }
    before = event.key;
    const act = /^[1-9]$/.test(event.key) ? () => pick(event.key) : acts[event.key];
    if (act?.()) event.preventDefault();
  });
}
