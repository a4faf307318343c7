// What changes while somebody looks on: counts, and the item that is open (server-sent events).
import { follow } from "./queue-list.js";

const PATIENCE = 5000; // milliseconds without the server after which it is said

export function live() {
  const counts = document.querySelectorAll("[data-live], [data-live-cause], [data-live-topic]");
  if (!counts.length) return;
  let source = null;
  // A browser has six connections to a host: pages in the background leave them to those that are looked at.
  const hear = () => {
    source?.close();
    source = document.hidden ? null : listen();
  };
  document.addEventListener("visibilitychange", hear);
  addEventListener("pageshow", (event) => event.persisted && hear());
  addEventListener("pagehide", () => source?.close());
  hear();
}

function listen() {
  const base = document.querySelector("meta[name=base]").content;
  const item = document.querySelector(".item-head[data-item]");
  const source = new EventSource(`${base}/live${item ? `?item=${item.dataset.item}` : ""}`);
  source.addEventListener("queue", (event) => {
    const news = JSON.parse(event.data);
    for (const node of document.querySelectorAll("[data-live=total]")) put(node, news.total);
    for (const node of document.querySelectorAll("[data-live-cause]")) put(node, news.causes[node.dataset.liveCause] || 0);
    for (const node of document.querySelectorAll("[data-live-topic]"))
      put(node, node.dataset.liveTopic.split(" ").reduce((all, cause) => all + (news.causes[cause] || 0), 0));
    follow(news.mark);
  });
  if (item) source.addEventListener("item", (event) => look(item, JSON.parse(event.data)));
  const lost = document.getElementById("lost");
  let wait;
  source.addEventListener("open", () => {
    clearTimeout(wait);
    wait = undefined;
    lost.hidden = true;
  });
  source.addEventListener("error", () => (wait ??= setTimeout(() => (lost.hidden = false), PATIENCE)));
  return source;
}

function put(node, count) {
  if (node.textContent !== String(count)) node.textContent = count;
}

/** Somebody else looks at the item, or has handled it: said at once, and nothing can be sent that is out of date. */
function look(item, news) {
  const box = document.getElementById("others");
  const [words, link] = [box.querySelector("span"), box.querySelector("a")];
  const changed = String(news.version) !== item.dataset.version;
  if (changed) {
    words.textContent = box.dataset.changed.replace("{name}", news.by || news.assignee || "");
    for (const button of document.querySelectorAll(".match form button, .bar button")) button.disabled = true;
  } else {
    words.textContent = box.dataset.looking.replace("{names}", news.viewers.join(", "));
  }
  link.hidden = !changed;
  box.hidden = !changed && news.viewers.length === 0;
}
