// What every page runs: htmx, under a Content-Security-Policy that allows neither eval nor inline styles.

import htmx from "htmx.org";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
