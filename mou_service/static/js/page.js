// Starts every behaviour of a page; a part that came later is started by `start(part)`.

import { start as account } from "./menu.js";
import { start as autosave } from "./autosave.js";
import { start as changes } from "./changes.js";
import { start as conditions } from "./conditions.js";
import { start as copy } from "./copy.js";
import { start as decide } from "./decide.js";
import { start as drop } from "./drop.js";
import { start as errors } from "./errors.js";
import { start as follow } from "./follow.js";
import { start as keys } from "./keys.js";
import { start as lines } from "./lines.js";
import { start as mark } from "./mark.js";
import { start as once } from "./once.js";
import { start as poll } from "./poll.js";
import { start as preview } from "./preview.js";

const behaviours = [errors, account, conditions, lines, drop, follow, copy, once, mark, autosave, preview, poll, keys, changes, decide];

export function start(part) {
  for (const behaviour of behaviours) behaviour(part, start);
}

document.documentElement.classList.add("script");
start(document);
