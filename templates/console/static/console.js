// The console's script: what is live, forms that lose nothing, keys. Every page works without it.
import { forms } from "./forms.js";
import { item } from "./item.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { pictures } from "./pictures.js";
import { queueList } from "./queue-list.js";
import { recent } from "./recent.js";

forms();
item();
keys();
live();
pictures();
queueList();
recent();
document.documentElement.dataset.ready = "true";
