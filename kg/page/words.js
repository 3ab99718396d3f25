// The words of the page in both languages; each file adds its own.
(() => {
  const WORDS = { zh: {}, en: {} };
  kg.LANGUAGES = Object.keys(WORDS);
  kg.words = (words) => { for (const lang of kg.LANGUAGES) Object.assign(WORDS[lang], words[lang]); };
  kg.say = (key, ...values) => {
    const word = WORDS[kg.state.lang][key];
    return typeof word === "function" ? word(...values) : word;
  };

  kg.many = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`; // in English

  // Of a thing's labels the one that suits the language best.
  kg.pick = (labels, lang = kg.state.lang) => {
    const keys = Object.keys(labels);
    const key = [lang, keys.find((k) => k.startsWith(`${lang}-`)), "", "en", keys[0]].find((k) => k in labels);
    return { text: labels[key], lang: key };
  };
  kg.name = (thing, lang) => kg.pick(thing.labels, lang).text;
  kg.others = (labels) => {
    const { lang } = kg.pick(labels);
    return Object.keys(labels).filter((key) => key !== lang).map((key) => ({ text: labels[key], lang: key }));
  };
  kg.localName = (iri) => iri.replace(/[/#:]+$/, "").split(/[/#:]/).pop() || iri;
  kg.fold = (text) => text.normalize("NFKC").toLowerCase();

  kg.words({
    zh: {
      colon: "：", comma: "、", from: (text) => `${text} 起`, until: (text) => `至 ${text}`,
      graph: (n, e) => `关系图，${n} 个节点，${e} 条关系`, side: "图例与详情", theme: "切换深浅色",
      language: "Switch to English", other: "EN", at: (name, kind) => `${name}，${kind}`,
    },
    en: {
      colon: ": ", comma: ", ", from: (text) => `from ${text}`, until: (text) => `until ${text}`,
      graph: (n, e) => `Graph of ${kg.many(n, "node")} and ${kg.many(e, "link")}`, side: "Legend and details", theme: "Switch light and dark",
      language: "切换为中文", other: "中", at: (name, kind) => `${name}, ${kind}`,
    },
  });

  // A value of xsd:dateTime, xsd:date or xsd:gYear as people write it.
  kg.datetime = (text) => text.replace(/T(\d\d:\d\d)(:00(\.0+)?)?/, " $1 ").trim();
  // A time of a node: a whole day by its date, an interval within a day with the date once, open ends in words.
  kg.when = ({ start, end, stated }) => {
    if (!start && !end) return stated.length ? kg.pick(Object.fromEntries(stated.map(({ lang, text }) => [lang, text]))).text : "";
    const plain = (text) => text.replace(/(Z|[+-]\d\d:\d\d)$/, "").replace(/^(\S+T\d\d:\d\d):\S+$/, "$1").replace("T", " ");
    const first = plain(start).replace(/ 00:00$/, "");
    const last = plain(end).replace(/ (23:59|24:00)$/, "");
    if (!end) return kg.say("from", first);
    if (!start) return kg.say("until", last);
    if (start === end) return plain(start);
    if (first === last) return first;
    const day = plain(start).split(" ")[0];
    return last.startsWith(`${day} `) ? `${plain(start)}–${last.slice(day.length + 1)}` : `${first} – ${last}`;
  };
})();
