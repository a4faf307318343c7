// Pictures and proofs: turned, enlarged, leafed through; where a value stands is shown. Without it they are plain.
export function pictures() {
  for (const box of document.querySelectorAll("[data-picture]")) leaf(box);
  for (const page of document.querySelectorAll("[data-page]")) marks(page);
}

function button(label, act, title) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  if (title) made.title = title;
  made.setAttribute("aria-label", title || label);
  made.addEventListener("click", act);
  return made;
}

function bar(before, ...parts) {
  const made = document.createElement("div");
  made.className = "row tools-bar";
  made.append(...parts);
  before.before(made);
}

function leaf(box) {
  const image = box.querySelector("img");
  if (!image) return;
  let [turn, width, page, pages] = [0, 900, 1, 1];
  const place = document.createElement("span");
  place.className = "soft num";
  const show = () => {
    width = Math.round(Math.min(Math.max(width, 300), 3600));
    image.classList.toggle("natural", width > 900);
    image.src = `${box.dataset.picture}?width=${width}&turn=${turn}&page=${page}`;
    place.textContent = pages > 1 ? `${page} / ${pages}` : "";
  };
  const to = (number) => {
    page = Math.min(Math.max(number, 1), pages);
    show();
  };
  const parts = [
    button("↺", () => { turn = (turn + 270) % 360; show(); }), button("↻", () => { turn = (turn + 90) % 360; show(); }),
    button("+", () => { width *= 1.5; show(); }), button("−", () => { width /= 1.5; show(); }),
  ];
  bar(box, ...parts);
  if (!box.dataset.about) return;
  fetch(box.dataset.about, { headers: { accept: "application/json" } }).then((answer) => answer.ok && answer.json()).then((about) => {
    if (!about) return;
    pages = about.pages;
    if (pages > 1) {
      box.previousElementSibling.append(button("‹", () => to(page - 1)), place, button("›", () => to(page + 1)));
      place.textContent = `1 / ${pages}`;
    }
    for (const code of about.codes) {
      const said = document.createElement("p");
      said.className = "small mono";
      said.textContent = `▣ ${code}`;
      box.after(said);
    }
  }).catch(() => {});
}

function marks(page) {
  let zoom = 1;
  const to = (wanted) => {
    page.classList.remove(`zoom-${zoom}`);
    zoom = Math.min(Math.max(wanted, 1), 3);
    page.classList.add(`zoom-${zoom}`);
  };
  bar(page, button("+", () => to(zoom + 1)), button("−", () => to(zoom - 1)));
  const proof = page.closest("article") || document;
  for (const value of proof.querySelectorAll("[data-field]")) {
    const mark = page.querySelector(`[data-mark="${value.dataset.field}"]`);
    if (!mark) continue;
    for (const event of ["mouseenter", "mouseleave"]) value.addEventListener(event, () => mark.classList.toggle("lit", event === "mouseenter"));
    value.addEventListener("click", () => mark.querySelector("rect").scrollIntoView({ block: "nearest", inline: "nearest" }));
  }
}
