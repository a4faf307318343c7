// What was looked for of late, offered in the search box: kept by the tab alone, which forgets it when it is closed.
const KEY = "maild.recent";
const MOST = 10;

export function recent() {
  const field = document.getElementById("search");
  const list = document.getElementById("recent");
  if (!field || !list) return;
  const kept = read();
  list.replaceChildren(
    ...kept.map((text) => {
      const option = document.createElement("option");
      option.value = text;
      return option;
    }),
  );
  for (const form of document.querySelectorAll("form[role=search]"))
    form.addEventListener("submit", () => keep(form.elements.text.value.trim(), kept));
}

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) || "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string").slice(0, MOST) : [];
  } catch {
    return []; // storage is refused, or holds what we did not write
  }
}

function keep(text, kept) {
  if (!text) return;
  try {
    sessionStorage.setItem(KEY, JSON.stringify([text, ...kept.filter((other) => other !== text)].slice(0, MOST)));
  } catch {
    // without storage nothing is offered
  }
}
