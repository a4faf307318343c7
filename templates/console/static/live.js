// What changes while somebody looks on: counts, and the item that is open (server-sent events).
export function live() {
  const base = document.querySelector("meta[name=base]").content;
  const counts = document.querySelectorAll("[data-live], [data-live-cause]");
  const item = document.querySelector(".item-head[data-item]");
  if (!counts.length) return;
  const source = new EventSource(`${base}/live${item ? `?item=${item.dataset.item}` : ""}`);
  source.addEventListener("queue", (event) => {
    const news = JSON.parse(event.data);
    for (const node of document.querySelectorAll("[data-live=total]")) node.textContent = news.total;
    for (const node of document.querySelectorAll("[data-live-cause]"))
      node.textContent = news.causes[node.dataset.liveCause] || 0;
  });
  if (item) source.addEventListener("item", (event) => look(item, JSON.parse(event.data)));
  addEventListener("pagehide", () => source.close());
}

/** Somebody else looks at the item, or has handled it: said at once, and nothing can be sent that is out of date. */
function look(item, news) {
  const box = document.getElementById("others");
  const [words, link] = [box.querySelector("span"), box.querySelector("a")];
  const changed = String(news.version) !== item.dataset.version;
  if (changed) {
    words.textContent = box.dataset.changed.replace("{name}", news.by || news.assignee || "");
    for (const button of document.querySelectorAll(".match form button")) button.disabled = true;
  } else {
    words.textContent = box.dataset.looking.replace("{names}", news.viewers.join(", "));
  }
  link.hidden = !changed;
  box.hidden = !changed && news.viewers.length === 0;
}
