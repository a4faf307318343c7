// Pictures and proofs: turned, enlarged, leafed through; where a value stands is shown. Without it they are plain.
export function pictures(root = document) {
  for (const box of root.querySelectorAll("[data-picture]")) leaf(box);
  for (const page of root.querySelectorAll("[data-page]")) marks(page);
  for (const box of root.querySelectorAll("details[data-part]")) box.addEventListener("toggle", () => fill(box), { once: true });
}

/** Put in what was opened: the part of a page that stands at an address of its own. */
async function fill(box) {
  const place = box.querySelector(".part, .words");
  try {
    const answer = await fetch(box.dataset.part, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    pictures(place);
  } catch {
    place.textContent = place.dataset.failed;
  }
}

/** A worker makes the picture: say so until it is there, and say where it cannot be made. */
function whenMade(figure) {
  const image = figure.querySelector("img");
  const words = figure.querySelector(".making");
  const there = () => figure.classList.add("there");
  const broken = (why) => {
    figure.classList.replace("there", "broken") || figure.classList.add("broken");
    words.textContent = [words.dataset.broken, why].filter(Boolean).join(" ");
  };
  image.addEventListener("load", there);
  image.addEventListener("error", () => broken());
  if (image.complete && image.src) (image.naturalWidth ? there : broken)();
  return [image, broken];
}

function leaf(box) {
  const [image, broken] = whenMade(box);
  const tools = box.previousElementSibling;
  const tool = (name) => tools.querySelector(`[data-do=${name}]`);
  let [turn, width, page, pages] = [0, 900, 1, 1];
  const show = () => {
    width = Math.round(Math.min(Math.max(width, 300), 3600));
    image.classList.toggle("natural", width > 900);
    image.src = `${box.dataset.picture}?width=${width}&turn=${turn}&page=${page}`;
    tools.querySelector("[data-place]").textContent = pages > 1 ? `${page} / ${pages}` : "";
  };
  const acts = {
    left: () => (turn = (turn + 270) % 360),
    right: () => (turn = (turn + 90) % 360),
    larger: () => (width *= 1.5),
    smaller: () => (width /= 1.5),
    page_before: () => (page = Math.max(page - 1, 1)),
    page_after: () => (page = Math.min(page + 1, pages)),
  };
  tools.addEventListener("click", (event) => {
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (!name) return;
    acts[name]();
    show();
  });
  fetch(box.dataset.about, { headers: { accept: "application/json" } }).then((answer) => answer.ok && answer.json()).then((about) => {
    if (about && !about.pages) return broken(about.why); // damaged: nothing is asked for that cannot be made
    image.src = image.dataset.src;
    if (!about) return;
    pages = about.pages;
    if (pages > 1) {
      for (const name of ["page_before", "page_after"]) tool(name).hidden = false;
      tools.querySelector("[data-place]").textContent = `1 / ${pages}`;
    }
    const codes = tools.querySelector("[data-codes]");
    codes.textContent = codes.title = about.codes.map((code) => `▣ ${code}`).join("  ");
  }).catch(() => {});
}

function marks(page) {
  whenMade(page);
  const proof = page.closest("article") || document;
  let zoom = 1;
  for (const button of proof.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => {
      page.classList.remove(`zoom-${zoom}`);
      zoom = Math.min(Math.max(zoom + Number(button.dataset.zoom), 1), 3);
      page.classList.add(`zoom-${zoom}`);
    });
  for (const value of proof.querySelectorAll("[data-field]")) {
    const mark = page.querySelector(`[data-mark="${value.dataset.field}"]`);
    if (!mark) continue;
    value.classList.add("placed");
    for (const event of ["mouseenter", "mouseleave"]) value.addEventListener(event, () => mark.classList.toggle("lit", event === "mouseenter"));
    value.addEventListener("click", () => mark.querySelector("rect").scrollIntoView({ block: "nearest", inline: "nearest" }));
  }
}
