// Chinese as it is typed without an input method: whole syllables, initials, or both mixed with characters.
(() => {
  const { model } = kg;
  const HAN = /[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
  const SILENT = /[\s'’·•\-–—()（）,，、.。:：;；"“”《》]/;
  kg.isHan = (text) => HAN.test(text);

  // A character and how it is said, once for all names; v is also typed as u or, as on road signs, yu.
  const letters = new Map();
  function letter(char, said) {
    const key = `${char} ${said}`;
    if (!letters.has(key)) {
      const forms = said.split("/").filter((form) => form !== "?").map(kg.bare)
        .map((form) => (form.includes("v") ? [form, form.replace("v", "u"), form.replace("v", "yu")] : [form]));
      const all = forms.flat();
      letters.set(key, { char, usual: forms[0] || [], all, first: char + [...new Set(all.map((form) => form[0]))].join("") });
    }
    return letters.get(key);
  }
  // A name as a list of characters: Chinese ones as above, others as they are.
  kg.spelled = (name, said) => {
    const words = said.split(" ");
    let at = 0;
    return [...name].map((char) => (HAN.test(char) ? letter(char, words[at++] || "?") : kg.bare(char)));
  };
  // The names of a node that have Chinese characters, in the order in which the data tell how they are said.
  kg.chinese = (node) => {
    const told = model.pinyin[node.id];
    if (!told) return [];
    const names = [...Object.values(node.labels), ...node.facts.filter((fact) => model.aliases.has(fact.property)).map(({ text }) => text)];
    return names.filter((name) => HAN.test(name)).map((name, i) => ({ name, said: told[i] || "" }));
  };
  kg.typed = (text) => (/[a-z]/.test(text) ? [...text].filter((char) => !SILENT.test(char)).join("") : "");

  // Where the query, from `from` on, ends if it begins at a character: the place behind its last, or -1.
  function walk(name, at, query, from, way) {
    if (from === query.length) return at;
    if (at === name.length) return -1;
    const here = name[at];
    if (typeof here === "string") {
      if (here && query.startsWith(here, from)) return walk(name, at + 1, query, from + here.length, way);
      return SILENT.test(here) ? walk(name, at + 1, query, from, way) : -1;
    }
    if (query.startsWith(here.char, from)) return walk(name, at + 1, query, from + here.char.length, way);
    const left = query.length - from;
    for (const form of way.rare ? here.all : here.usual) {
      if (query.startsWith(form, from)) {
        const end = walk(name, at + 1, query, from + form.length, way);
        if (end >= 0) return end;
      } else if (left < form.length && form.startsWith(query.slice(from))) return at + 1;
      if (!way.initials) continue;
      for (const size of form[1] === "h" ? [2, 1] : [1]) {
        if (size >= form.length || !query.startsWith(form.slice(0, size), from)) continue;
        const end = walk(name, at + 1, query, from + size, way);
        if (end >= 0) return end;
      }
    }
    return -1;
  }
  function scan(name, query, way) {
    for (let at = 0; at < name.length; at += 1) {
      const here = name[at];
      if (typeof here === "string" ? here !== query[0] : !here.first.includes(query[0])) continue;
      const end = walk(name, at, query, 0, way);
      if (end >= 0) return { at, end };
    }
    return null;
  }
  const WAYS = [{}, { initials: true }, { initials: true, rare: true }];
  // { at, end, kind }: 0 the whole name, 1 its beginning, 2 the beginning by initials, 3 elsewhere; or null.
  kg.says = (name, query) => {
    if (query.length === 1 && !(name[0].first || name[0]).includes(query)) return null;
    if (!scan(name, query, WAYS[2])) return null;
    for (const [i, way] of WAYS.entries()) {
      const found = scan(name, query, way);
      if (!found) continue;
      const kind = found.at ? 3 : i ? i + 1 : found.end === name.length ? 0 : 1;
      return { ...found, kind };
    }
    return null;
  };
})();
