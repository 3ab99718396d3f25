// Finding nodes: by label, other names, pinyin, identifier and facts; the best first, then the most linked.
(() => {
  const { model, el } = kg;
  const { nodes } = model;
  const FIELDS = { label: 0, alias: 1, pinyin: 2, iri: 3, fact: 4 };
  const [EXACT, PREFIX, WORD, INSIDE] = [0, 1, 2, 3];
  // Letters without case, width and marks of tone: what is typed and what is there meet in this form.
  const PLAIN = /^[\0-\x7f\u4e00-\u9fff]*$/;
  kg.bare = (text) => (PLAIN.test(text) ? text.toLowerCase() : kg.fold(text.normalize("NFD").replace(/[\u0300-\u036f]/g, "")));
  // An IRI as it is shown, or as a browser copies it from a link.
  function plain(iri) { try { return kg.bare(iri.includes("%") ? decodeURI(iri) : iri); } catch { return kg.bare(iri); } }

  // What is looked through, made while the page is idle or when first asked for.
  const index = [];
  function entryOf(id) {
    if (index[id]) return index[id];
    const node = nodes[id];
    const told = node.facts.filter((fact) => !model.isIri(fact));
    const also = told.filter((fact) => model.aliases.has(fact.property));
    index[id] = {
      node, labels: Object.values(node.labels).map(kg.bare), aliases: also.map(({ text }) => kg.bare(text)),
      iri: plain(node.iri), slug: kg.bare(kg.localName(node.iri)),
      rest: kg.bare(told.filter((fact) => !also.includes(fact)).map(({ text }) => text).join("\n")), chinese: null,
    };
    return index[id];
  }
  const idle = window.requestIdleCallback || ((work) => setTimeout(() => { const end = performance.now() + 10; work({ timeRemaining: () => end - performance.now() }); }, 50));
  let made = 0;
  function prepare(time) {
    while (made < nodes.length && time.timeRemaining() > 1) for (const end = Math.min(made + 20, nodes.length); made < end; made += 1) chinese(entryOf(made));
    if (made < nodes.length) idle(prepare);
  }
  kg.on((changed, how) => { if (how.start) idle(prepare); });
  const chinese = (entry) => { entry.chinese ??= kg.chinese(entry.node).map(({ name, said }) => kg.spelled(name, said)); return entry.chinese; };

  const LETTER = /[\p{L}\p{N}]/u;
  function kindOf(text, query) {
    if (text.length < query.length) return -1;
    let at = text.indexOf(query);
    if (at < 0) return -1;
    if (at === 0) return text.length === query.length ? EXACT : PREFIX;
    for (; at > 0; at = text.indexOf(query, at + 1)) if (!LETTER.test(text[at - 1])) return WORD;
    return INSIDE;
  }
  const order = (kind, field) => kind * 5 + field;
  const WORST = order(INSIDE, FIELDS.fact);
  function best(entry, asked) {
    const { query, typed, pasted, address } = asked;
    let found = WORST + 1;
    const take = (kind, field) => { if (kind >= 0) found = Math.min(found, order(kind, field)); };
    for (const text of entry.labels) take(kindOf(text, query), FIELDS.label);
    for (const text of entry.aliases) take(kindOf(text, query), FIELDS.alias);
    if (found <= FIELDS.pinyin) return found;
    if (typed) for (const name of chinese(entry)) take(kg.says(name, typed)?.kind ?? -1, FIELDS.pinyin);
    take(kindOf(entry.slug, query), FIELDS.iri);
    if (address && entry.iri.includes(pasted)) take(entry.iri === pasted ? EXACT : INSIDE, FIELDS.iri);
    if (found > WORST && entry.rest.includes(query)) found = WORST;
    return found;
  }
  const asking = (query) => {
    const pasted = plain(query.replace(/^<|>$/g, ""));
    return { query, pasted, address: /[:/#]/.test(pasted), typed: kg.typed(query) };
  };
  // Of several words each may stand somewhere else.
  function rank(entry, whole, words) {
    const found = best(entry, whole);
    if (found <= WORST || words.length < 2) return found;
    let worst = order(INSIDE, FIELDS.label);
    for (const word of words) {
      worst = Math.max(worst, best(entry, word));
      if (worst > WORST) return worst;
    }
    return worst;
  }

  // { hits: numbers of the first `most` nodes, total }; `among` are the numbers to look at.
  kg.seek = (text, { most = 30, among = model.ranked } = {}) => {
    const query = kg.bare(text.trim());
    if (!query) return { hits: [], total: 0 };
    const words = query.split(/\s+/);
    const [whole, parts] = [asking(query), words.length > 1 ? words.map(asking) : words];
    const found = Array.from({ length: WORST + 1 }, () => []);
    let total = 0;
    for (const id of among) {
      const place = rank(entryOf(id), whole, parts);
      if (place > WORST) continue;
      total += 1;
      if (found[place].length < most) found[place].push(id);
    }
    return { hits: found.flat().slice(0, most), total };
  };

  // ---- the text of a hit with what was typed marked ----------------------------------------------------
  function spans(text, query, said) {
    const chars = [...text];
    const low = chars.map(kg.bare);
    let length = 0;
    const offsets = low.map((form) => { length += form.length; return length - form.length; });
    const whole = low.join("");
    const found = [];
    const mark = (from, to) => offsets.forEach((offset, i) => { if (offset < to && offset + low[i].length > from && low[i]) found[i] = true; });
    const words = [query, ...query.split(/\s+/)];
    for (const [i, word] of words.entries()) {
      const at = whole.indexOf(word);
      const typed = kg.typed(word);
      if (at >= 0) mark(at, at + word.length);
      else if (typed && said !== undefined) {
        const hit = kg.says(kg.spelled(text, said), typed);
        if (hit) for (let n = hit.at; n < hit.end; n += 1) found[n] = true;
      }
      if (i === 0 && found.length) break;
    }
    return chars.map((char, i) => [char, Boolean(found[i])]);
  }
  // Children for an element: texts, and <mark> around what matched.
  kg.marked = (text, typed, node) => {
    const query = kg.bare(typed.trim());
    const said = node && kg.isHan(text) ? kg.chinese(node).find(({ name }) => name === text)?.said : undefined;
    if (!query) return [text];
    const runs = [];
    for (const [char, on] of spans(text, query, said)) {
      if (runs.length && runs.at(-1).on === on) runs.at(-1).text += char;
      else runs.push({ text: char, on });
    }
    return runs.map(({ text: run, on }) => (on ? el("mark", {}, run) : run));
  };
  // Another name of a node by which it was found, if no label shows why.
  kg.because = (node, typed) => {
    const query = kg.bare(typed.trim());
    const has = (text, said) => kindOf(kg.bare(text), query) >= 0 || (said !== undefined && kg.typed(query) && kg.says(kg.spelled(text, said), kg.typed(query)));
    const said = (text) => kg.chinese(node).find(({ name }) => name === text)?.said;
    if (Object.values(node.labels).some((text) => has(text, said(text)))) return null;
    return node.facts.find((fact) => model.aliases.has(fact.property) && has(fact.text, said(fact.text))) || null;
  };
})();
