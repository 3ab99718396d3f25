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
  kg.spoken = ({ text, lang }, tag = "span", attributes = {}) => kg.el(tag, { lang: lang || null, ...attributes }, text);
  kg.button = (attributes, ...children) => kg.el("button", { type: "button", ...attributes }, ...children);
  kg.announce = (text) => { kg.$("live").textContent = text; };

  // Names that are reserved (RFC 2606) lead nowhere, so they stay text, as everything but http(s) does.
  kg.outside = (iri, text = iri) => {
    let url = null;
    try { url = new URL(iri); } catch { return kg.el("span", {}, text); }
    const leads = /^https?:$/.test(url.protocol) && !/(^|\.)(example|invalid|test|localhost)$/.test(url.hostname);
    return leads ? kg.el("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, text) : kg.el("span", {}, text);
  };

  // The first of many, and a button for the rest.
  const LIMIT = 12;
  kg.shortened = (items) => {
    const list = kg.el("ul", {}, ...items.slice(0, LIMIT));
    const rest = items.slice(LIMIT);
    if (rest.length > 2) {
      list.append(kg.el("li", {}, kg.button({ class: "plain", onclick: (event) => event.target.parentNode.replaceWith(...rest) }, kg.say("more", rest.length))));
    } else list.append(...rest);
    return list;
  };
  kg.words({ zh: { more: (n) => `再显示 ${n} 项` }, en: { more: (n) => `Show ${n} more` } });

  kg.small = matchMedia("(max-width: 760px)");
  kg.calm = matchMedia("(prefers-reduced-motion: reduce)");

  // What tests and other scripts of the page may read.
  const page = {};
  kg.expose = (getters) => { Object.defineProperties(page, Object.getOwnPropertyDescriptors(getters)); };
  kg.exposed = () => Object.freeze(page);
})();
