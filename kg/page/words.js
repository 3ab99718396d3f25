// The words of the page in both languages; each file adds its own.
(() => {
  const WORDS = { zh: {}, en: {} };
  kg.LANGUAGES = Object.keys(WORDS);
  kg.words = (words) => { for (const lang of kg.LANGUAGES) Object.assign(WORDS[lang], words[lang]); };
  kg.say = (key, ...values) => {
    const word = WORDS[kg.state.lang][key];
    return typeof word === "function" ? word(...values) : word;
  };
  // What an element says by its attributes: its text, its name, its name with a tip.
  kg.translate = (root) => {
    for (const item of root.querySelectorAll("[data-text]")) item.textContent = kg.say(item.dataset.text);
    for (const item of root.querySelectorAll("[data-label]")) item.setAttribute("aria-label", kg.say(item.dataset.label));
    for (const item of root.querySelectorAll("[data-title]")) {
      item.title = kg.say(item.dataset.title);
      item.setAttribute("aria-label", item.title);
    }
  };

  kg.many = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`; // in English

  // Of a thing's labels the one that suits the language best.
  kg.pick = (labels, lang = kg.state.lang) => {
    const keys = Object.keys(labels);
    const key = [lang, keys.find((k) => k.startsWith(`${lang}-`)), "", "en", keys[0]].find((k) => k in labels);
    return { text: labels[key], lang: key };
  };
  // Whether a language tag is of the language of the page.
  kg.isOwn = (tag) => tag.toLowerCase().split("-")[0] === kg.state.lang;
  kg.name = (thing, lang) => kg.pick(thing.labels, lang).text;
  kg.others = (labels) => {
    const { lang } = kg.pick(labels);
    return Object.keys(labels).filter((key) => key !== lang).map((key) => ({ text: labels[key], lang: key }));
  };
  kg.XSD = "http://www.w3.org/2001/XMLSchema#";
  kg.localName = (iri) => iri.replace(/[/#:]+$/, "").split(/[/#:]/).pop() || iri;
  kg.decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } }; // a stray % is taken as it is
  kg.two = (n) => String(n).padStart(2, "0");
  kg.fold = (text) => text.normalize("NFKC").toLowerCase();

  kg.words({
    zh: {
      colon: "：", comma: "、", semicolon: "；",
      graph: (n, e) => `关系图，${n} 个节点，${e} 条关系`, side: "图例与详情", theme: "切换深浅色",
      language: "Switch to English", other: "EN", at: (name, kind) => `${name}，${kind}`,
    },
    en: {
      colon: ": ", comma: ", ", semicolon: "; ",
      graph: (n, e) => `Graph of ${kg.many(n, "node")} and ${kg.many(e, "link")}`, side: "Legend and details", theme: "Switch light and dark",
      language: "切换为中文", other: "中", at: (name, kind) => `${name}, ${kind}`,
    },
  });
})();
