// Pictures of proofs: turned and enlarged. Without it they are links.
export function pictures() {
  for (const box of document.querySelectorAll("[data-picture]")) {
    const image = box.querySelector("img");
    if (!image) continue;
    let turn = 0;
    let width = 900;
    const show = () => {
      image.src = `${box.dataset.picture}?width=${width}&turn=${turn}`;
    };
    const bar = document.createElement("div");
    bar.className = "row tools-bar";
    for (const [label, act] of [["↺", () => (turn = (turn + 270) % 360)], ["↻", () => (turn = (turn + 90) % 360)],
      ["+", () => (width = Math.min(width * 1.5, 3000))], ["−", () => (width = Math.max(width / 1.5, 300))]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => {
        act();
        width = Math.round(width);
        image.classList.toggle("natural", width > 900);
        show();
      });
      bar.append(button);
    }
    box.before(bar);
  }
}
