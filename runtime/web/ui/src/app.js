// What every page runs: htmx, menus, the finder, forms. Each part improves HTML that works without it.

import htmx from "htmx.org";

import { startFinder } from "./parts/finder.js";
import { startForms } from "./parts/forms.js";
import { startFilters } from "./parts/filters.js";
import { startMenus } from "./parts/menus.js";
import { startRows } from "./parts/rows.js";
import { startShell } from "./parts/shell.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

startShell();
startMenus();
startFinder();
startRows();
startFilters();
startForms();
