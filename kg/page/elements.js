// Elements of the page: strings become text nodes and attributes, never markup.
(() => {
  kg.root = document.documentElement;
  kg.$ = (id) => document.getElementById(id);
  const fill = (element, attributes, children) => {
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };
  kg.el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  kg.svg = (tag, attributes = {}, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  kg.icon = (path) => kg.svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, kg.svg("path", { d: path }));
  kg.ICONS = { in: "M4 10h12M10 4v12", out: "M4 10h12", fit: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4" };
  kg.spoken = ({ text, lang }, tag = "span", attributes = {}) => kg.el(tag, { lang: lang || null, ...attributes }, text);
  kg.button = (attributes, ...children) => kg.el("button", { type: "button", ...attributes }, ...children);
  kg.announce = (text) => { kg.$("live").textContent = text; };

  // Where a key goes from one item of a list: the number of another, or undefined if it is none of these keys.
  kg.stride = (key, at, count) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1, PageDown: at + 10, PageUp: at - 10 }[key];
    return to === undefined ? to : Math.min(count - 1, Math.max(0, to));
  };
  // The head of a column that sorts; `way` is how it is sorted now (a value of aria-sort), or null.
  kg.columnHead = (column, text, way, sort, attributes = {}) => kg.el("th", { scope: "col", "aria-sort": way, ...attributes },
    kg.button({ "data-column": column, onclick: sort }, text, kg.el("span", { class: "mark", "aria-hidden": "true" }, { ascending: "▲", descending: "▼" }[way])));

  // Names that are reserved (RFC 2606) lead nowhere, so they stay text, as everything but http(s) does.
  kg.outside = (iri, text = iri) => {
    let url = null;
    try { url = new URL(iri); } catch { return kg.el("span", {}, text); }
    const leads = /^https?:$/.test(url.protocol) && !/(^|\.)(example|invalid|test|localhost)$/.test(url.hostname);
    return leads ? kg.el("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, text) : kg.el("span", {}, text);
  };

  // The first of many, and a button for the next; `make` gives the element of an item when it is wanted.
  const LIMIT = 12;
  const NEXT = 200;
  kg.shortened = (items, make = (item) => item) => {
    const list = kg.el("ul");
    let shown = 0;
    function show(most) {
      const until = items.length - shown <= most + 2 ? items.length : shown + most;
      const added = items.slice(shown, until).map(make);
      list.append(...added);
      shown = until;
      const rest = items.length - shown;
      if (rest) list.append(kg.el("li", {}, kg.button({ class: "plain", onclick: more }, kg.say("more", Math.min(rest, NEXT)))));
      return added;
    }
    function more(event) {
      event.currentTarget.parentNode.remove();
      const [first] = show(NEXT);
      const next = first.querySelector("a, button") || first;
      if (next === first) first.tabIndex = -1;
      next.focus();
    }
    show(LIMIT);
    return list;
  };
  kg.words({ zh: { more: (n) => `再显示 ${n} 项` }, en: { more: (n) => `Show ${n} more` } });

  // In the frame of a notebook the page has no address: its links lead nowhere else.
  kg.addressed = location.protocol !== "about:";
  kg.small = matchMedia("(max-width: 760px)");
  kg.calm = matchMedia("(prefers-reduced-motion: reduce)");

  // What tests and other scripts of the page may read.
  const page = {};
  kg.expose = (getters) => { Object.defineProperties(page, Object.getOwnPropertyDescriptors(getters)); };
  kg.exposed = () => Object.freeze(page);
})();
