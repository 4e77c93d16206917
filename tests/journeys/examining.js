/* What tests ask of a page that is open; each answer is a list of faults in words, or empty. */
window.examining = (() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const lineage = (one) => (one ? [one, ...lineage(one.parentElement)] : []);
  // For screen readers alone: a box of one pixel.
  const forEarsOnly = (one) => lineage(one).some((each) => each.offsetWidth <= 1 && getComputedStyle(each).position === "absolute");
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0 && !forEarsOnly(one);
  const named = (one) => {
    const words = (one.textContent || one.value || one.name || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${one.tagName.toLowerCase()}.${one.getAttribute("class") || ""} ${JSON.stringify(words)}`;
  };

  /* Nothing beyond the right edge, and no text cut off inside a box that cannot be scrolled. */
  function tooWide() {
    const page = document.documentElement;
    const faults = [];
    if (page.scrollWidth > page.clientWidth) {
      const scrolled = (one) => lineage(one.parentElement).some((each) => getComputedStyle(each).overflowX === "auto" && each !== page);
      const right = (one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return Math.max(one.getBoundingClientRect().right, range.getBoundingClientRect().right);
      };
      const beyond = [...document.querySelectorAll("body *")].filter((one) => right(one) > page.clientWidth + 1 && !scrolled(one) && !forEarsOnly(one));
      faults.push(`${page.scrollWidth - page.clientWidth} px too wide: ${beyond.slice(-4).map(named).join("; ")}`);
    }
    for (const one of document.querySelectorAll("body *")) {
      const style = getComputedStyle(one);
      // A select cuts its own longest entry, and shows it whole when it is opened; a list clamps titles that its links show whole.
      if (one.matches("select, .clamp, svg *") || style.webkitLineClamp !== "none" || !shown(one) || !one.textContent.trim()) continue;
      const cut = ["hidden", "clip"];
      if (cut.includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1) faults.push(`cut off: ${named(one)}`);
      else if (cut.includes(style.overflowY) && one.scrollHeight > one.clientHeight + 1) faults.push(`cut off below: ${named(one)}`);
    }
    return faults;
  }

  const PROPERTIES = ["outlineStyle", "outlineWidth", "borderTopWidth", "borderTopStyle", "borderTopColor", "borderBottomWidth", "borderBottomStyle",
    "borderBottomColor", "borderLeftWidth", "borderLeftColor", "color", "backgroundColor", "textDecorationLine", "fontWeight", "content", "forcedColorAdjust"];
  const look = (one) =>
    [null, "::before", "::after"].map((part) => {
      const style = getComputedStyle(one, part);
      return PROPERTIES.map((name) => style[name]).join();
    }).join("|");

  /* With the colours of the system alone: every field has an edge, what is chosen looks chosen. */
  function colourless() {
    const faults = [];
    for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea, button")) {
      if (!shown(one)) continue;
      const style = getComputedStyle(one);
      const edge = style.appearance !== "none" && one.matches("[type=radio], [type=checkbox]") ||
        ["Top", "Right", "Bottom", "Left"].some((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) >= 1);
      if (!edge && !one.matches(".button--quiet")) faults.push(`without an edge: ${named(one)}`);
    }
    for (const one of document.querySelectorAll("[aria-current], [aria-selected=true]")) {
      const others = [...(one.closest("ul, ol, [role=group], tbody") || one.parentElement).querySelectorAll(one.tagName)];
      const other = others.find((each) => shown(each) && !each.hasAttribute("aria-current") && each.className === one.className);
      if (shown(one) && other && look(other) === look(one)) faults.push(`does not look current: ${named(one)}`);
    }
    return faults;
  }

  /* A page that came back with faults says so first: in its title, and with the focus on what is wrong. */
  function quietFaults() {
    const summary = document.querySelector("[data-error-summary]");
    const marked = /^(Galat|Error): /.test(document.title);
    // Where it is shown among other parts, it is a specimen.
    if (!summary || summary !== document.querySelector("main").firstElementChild) return marked ? ["the title speaks of a fault, the page does not"] : [];
    const faults = [];
    if (!marked) faults.push(`title: ${document.title}`);
    if (document.activeElement !== summary) faults.push(`the focus is on ${named(document.activeElement)}`);
    for (const link of summary.querySelectorAll("a")) {
      const control = document.getElementById(link.hash.slice(1));
      const told = [control, control?.closest("fieldset")].map((one) => one?.getAttribute("aria-describedby") || "").join(" ").split(" ");
      const words = told.map((id) => document.getElementById(id)?.textContent || "").join();
      if (!words.includes(link.textContent.trim())) faults.push(`not said at its field: ${named(link)}`);
    }
    return faults;
  }

  /* Who asked for less motion gets none. */
  function moving() {
    const long = (style) => [style.transitionDuration, style.animationDuration].flatMap((times) => times.split(", ")).some((time) => parseFloat(time) > .01);
    const faults = [...document.querySelectorAll("*")].filter((one) => long(getComputedStyle(one))).slice(0, 3).map((one) => `moves: ${named(one)}`);
    if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") faults.push("glides when it scrolls");
    return faults;
  }

  const reachable = (one) => shown(one) && !one.disabled && one.tabIndex >= 0 && !one.closest("dialog:not([open])") &&
    (!document.querySelector("dialog[open]") || one.closest("dialog"));

  /* Each control in turn, as by a keyboard: seen to have the focus, and under nothing. */
  function unseenFocus() {
    const faults = [];
    for (const one of document.querySelectorAll(CONTROLS)) {
      if (!reachable(one)) continue;
      one.focus();
      if (document.activeElement === one) faults.push(...unseen(one));
    }
    return faults;
  }

  /* The outline may be that of the card or row that it fills. */
  function unseen(one) {
    const outlines = lineage(one).map((each) => getComputedStyle(each));
    const outlined = outlines.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    return [outlined ? "" : `no outline: ${named(one)}`, hidden(one) ? `hidden while it has the focus: ${named(one)}` : ""].filter(Boolean);
  }

  /* Where the keyboard is now: what is wrong with that. On the page itself nothing is. */
  const unseenNow = () => (document.activeElement === document.body ? [] : unseen(document.activeElement));

  /* By something else, or by the window's edge, all of it (2.4.11). */
  function hidden(one) {
    const points = [...one.getClientRects()].flatMap((box) =>
      [.1, .5, .9].flatMap((across) => [.1, .5, .9].map((down) => [box.left + box.width * across, box.top + box.height * down])));
    return !points.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (one.contains(top) || top.contains(one) && !top.matches("header, footer, nav"));
    });
  }

  return { tooWide, colourless, quietFaults, moving, unseenFocus, unseenNow };
})();
