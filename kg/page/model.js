// What the page knows: the data block unpacked, look-ups, and what passes the filters.
(() => {
  const { data, moment, XSD } = kg;
  const iriOf = (text) => { const at = text.indexOf(":"); return data.spaces[text.slice(0, at)] + text.slice(at + 1); };
  const labelsOf = (texts) => Object.fromEntries(data.languages.map((lang, i) => [lang, texts[i]]).filter(([, text]) => typeof text === "string"));
  const thing = ([iri, labels]) => ({ iri: iriOf(iri), labels: labelsOf(labels) });
  const pairsOf = (groups) => groups.flatMap(([first, ...rest]) => rest.map((second) => [first, second]));

  const { kinds, groups } = data;
  const ANY_URI = `${XSD}anyURI`;
  const properties = data.properties.map(thing);
  const terms = data.terms.map(thing);
  const wholes = data.wholes.map(thing);
  const classes = data.classes.map((row) => ({ ...thing(row), group: row[2] }));
  // A fact that is a word for things has its number as `term`; one that is another IRI says so as `kind`.
  const facts = data.facts.map(([property, text, kind]) => {
    const term = typeof text === "number" ? text : -1;
    return { property, text: term < 0 ? text : terms[term].iri, term, kind: kinds[kind], lang: kinds[kind].includes(":") ? "" : kinds[kind] };
  });
  // Properties whose values are other names of a node.
  const aliases = new Set(data.names);
  const isIri = (fact) => fact.kind === ANY_URI;
  const sources = data.sources.map(([iri, labels, told, within]) => ({ ...thing([iri, labels]), facts: told.map((i) => facts[i]), in: within }));
  const text = (fact) => (fact < 0 ? "" : facts[fact].text);
  // A node unpacks what it is asked for, and keeps it: pages of 50,000 start without most of it.
  class Node {
    constructor(row, id) {
      this.id = id;
      this.row = row;
      this.cls = row[2];
      this.group = classes[row[2]].group;
      [this.x, this.y, this.size] = [row[3], row[4], row[5]];
      this.place = id in data.places;
      this.kept = null;
    }
    keep(name, make) {
      this.kept ||= {};
      return (this.kept[name] ??= make());
    }
    get iri() { return this.keep("iri", () => iriOf(this.row[0])); }
    get labels() { return this.keep("labels", () => labelsOf(this.row[1])); }
    get facts() { return this.keep("facts", () => this.row[6].map((i) => facts[i])); }
    get sources() { return this.keep("sources", () => pairsOf(this.row[7])); }
    get times() { return data.times[this.id] ? this.keep("times", () => data.times[this.id].map(timeOf)) : NONE; }
    get at() { return this.place ? this.keep("at", () => [this.id]) : data.at[this.id] || NONE; }
    get within() { return this.place ? data.places[this.id][0] : NONE; }
    get point() {
      const [, latitude, longitude, from] = data.places[this.id] || NONE;
      if (latitude === undefined) return null;
      return this.keep("point", () => ({ lat: Number(text(latitude)), long: Number(text(longitude)), own: from === this.id, from }));
    }
  }
  const NONE = [];
  function timeOf([start, end, precision, ...stated]) {
    const [first, last] = [start, end].map((i) => (extent(text(i)) ? text(i) : ""));
    return {
      start: first, end: last, ends: [start, end].map((i) => facts[i] || null), precision: precision < 0 ? null : facts[precision],
      stated: stated.map((i) => facts[i]), dated: Boolean(first || last),
    };
  }
  const nodes = data.nodes.map((row, id) => new Node(row, id));

  // ---- neighbours, and one line for every pair of nodes ----------------------------------------------
  const links = [];
  for (const row of data.links) for (let i = 1; i < row.length; i += 2) links.push({ property: row[0], from: row[i], to: row[i + 1] });
  const around = nodes.map(() => []); // [property, other node, outward, link]
  for (const link of links) {
    const { property, from, to } = link;
    around[from].push([property, to, true, link]);
    if (from !== to) around[to].push([property, from, false, link]);
  }
  let lines = null;
  let byIri = null;
  function paired() {
    const pairs = new Map();
    for (const link of links) {
      const { from, to } = link;
      if (from === to) continue;
      const key = from < to ? `${from} ${to}` : `${to} ${from}`;
      if (!pairs.has(key)) pairs.set(key, { a: Math.min(from, to), b: Math.max(from, to), links: [] });
      pairs.get(key).links.push(link);
    }
    return [...pairs.values()];
  }
  const degree = (id) => around[id].length;
  const degrees = Uint32Array.from(around, (each) => each.length);
  const ranked = nodes.map((_, id) => id).sort((a, b) => degrees[b] - degrees[a] || a - b);
  const counts = classes.map(() => 0);
  for (const node of nodes) counts[node.cls] += 1;

  // ---- time: what has an offset is told in the commonest of the data, what has none is taken to be in it --
  const VALUE = /^(-?\d{4,})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?)?(Z|[+-]\d\d:\d\d)?$/;
  const minutes = (offset) => (offset === "Z" ? 0 : Number(`${offset[0]}1`) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))));
  const offsets = new Map();
  for (const times of Object.values(data.times)) for (const time of times) for (const end of [time[0], time[1]]) {
    const [, offset] = text(end).match(/T.*(Z|[+-]\d\d:\d\d)$/) || [];
    if (offset) offsets.set(offset, (offsets.get(offset) || 0) + 1);
  }
  const zone = [...offsets].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([offset]) => offset)[0] || "";
  // The first and the last millisecond of a value: a date is its whole day, a year its whole year.
  const extents = new Map();
  function extent(value) {
    if (!extents.has(value)) extents.set(value, reckoned(value));
    return extents.get(value);
  }
  function reckoned(value) {
    const found = (value || "").match(VALUE);
    if (!found) return null;
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => (part === undefined ? null : Number(part)));
    const shift = found[7] ? (minutes(zone || "Z") - minutes(found[7])) * 60000 : 0;
    const first = moment(year, (month || 1) - 1, day || 1, hour || 0, minute || 0, 0) + (second || 0) * 1000;
    if (hour !== null) return [first + shift, first + shift];
    const next = month === null ? moment(year + 1) : day === null ? moment(year, month) : moment(year, month - 1, day + 1);
    return [first + shift, next - 1 + shift];
  }
  const span = ({ start, end }) => [start ? extent(start)[0] : -Infinity, end ? extent(end)[1] : Infinity];

  // ---- filters: what passes all of them is visible ---------------------------------------------------
  const filters = [];
  let cache = null;
  const passes = (node, state) => filters.every((filter) => !filter.passes || !filter.active(state) || filter.passes(node, state));
  function visible() {
    if (cache) return cache;
    const { state } = kg;
    const shown = ranked.filter((id) => passes(nodes[id], state));
    const set = new Set(shown);
    const refusing = filters.filter((filter) => filter.link && filter.active(state));
    const link = (each) => set.has(each.from) && set.has(each.to) && refusing.every((filter) => filter.link(each, state));
    const kept = links.filter(link);
    cache = {
      nodes: shown, links: kept, has: (id) => set.has(id), link, line: (line) => line.links.some(link),
      hidden: { nodes: nodes.length - shown.length, links: links.length - kept.length },
    };
    return cache;
  }
  kg.filter = (filter) => { filters.push(filter); };

  // A place holds itself, what lies in it, and what happened or stands in any of these.
  const inside = (node, place) => node.at.some((id) => id === place || nodes[id].within.includes(place)) || node.within.includes(place);
  function within(node, [from, to]) {
    const dated = node.times.filter((time) => time.dated);
    const [first, last] = [extent(from)?.[0] ?? -Infinity, extent(to)?.[1] ?? Infinity];
    return !dated.length || dated.some((time) => { const [start, end] = span(time); return start <= last && first <= end; });
  }
  const without = (set, item) => new Set([...set].filter((each) => each !== item));
  kg.filter({
    fields: ["hidden"], active: ({ hidden }) => hidden.size > 0, clear: () => ({ hidden: new Set() }),
    passes: (node, { hidden }) => !hidden.has(node.cls), admit: (node, { hidden }) => ({ hidden: without(hidden, node.cls) }),
  });
  kg.filter({
    fields: ["unlinked"], active: ({ unlinked }) => unlinked.size > 0, clear: () => ({ unlinked: new Set() }),
    link: (link, { unlinked }) => !unlinked.has(link.property),
  });
  kg.filter({ fields: ["place"], active: ({ place }) => place >= 0, clear: () => ({ place: -1 }), passes: (node, { place }) => inside(node, place) });
  kg.filter({ fields: ["time"], active: ({ time }) => time.some(Boolean), clear: () => ({ time: ["", ""] }), passes: (node, { time }) => within(node, time) });

  // Short names for the fragment: the end of an IRI where no other of the list has the same.
  function naming(things) {
    const ends = things.map(({ iri }) => kg.localName(iri));
    const names = things.map(({ iri }, i) => (ends.filter((end) => end === ends[i]).length > 1 || /[,\s]/.test(ends[i]) ? iri.replace(/,/g, "%2C") : ends[i]));
    const numbers = new Map(names.map((name, i) => [name, i]));
    return { write: (set) => [...set].sort((a, b) => a - b).map((i) => names[i]).join(","), read: (list) => new Set(list.split(",").filter((name) => numbers.has(name)).map((name) => numbers.get(name))) };
  }

  kg.model = {
    titles: data.titles,
    nodes, links, get lines() { lines ||= paired(); return lines; }, around, classes, groups, properties, terms, sources, wholes, facts, counts, degree, ranked, isIri, aliases, pinyin: data.pinyin,
    members: groups.map((_, group) => classes.map((_, i) => i).filter((i) => classes[i].group === group && counts[i])),
    hubs: new Set(ranked.slice(0, Math.max(3, Math.round(nodes.length * 0.06)))),
    get byIri() { byIri ||= new Map(nodes.map((node, id) => [node.iri, id])); return byIri; },
    near: (id) => new Set([id, ...around[id].map(([, other]) => other)]),
    extent, span, zone, inside, naming, visible,
    points: (id) => nodes[id].at.map((place) => ({ ...nodes[place].point, place })).filter((point) => "lat" in point),
    // Whether fields decide what is visible; changes that show everything, or at least one node.
    filtering: (changed) => filters.some(({ fields }) => fields.some((field) => changed.has(field))),
    forget: () => { cache = null; },
    passing: (id, state) => passes(nodes[id], state),
    // What each filter that is on would hide alone, by the first of its fields.
    hiding: () => Object.fromEntries(filters.filter((filter) => filter.active(kg.state)).map((filter) => [filter.fields[0],
      filter.passes ? nodes.filter((node) => !filter.passes(node, kg.state)).length : links.filter((link) => !filter.link(link, kg.state)).length])),
    clearing: () => Object.assign({}, ...filters.filter((filter) => filter.active(kg.state)).map((filter) => filter.clear())),
    admitting: (id, state) => Object.assign({}, ...filters.filter((filter) => filter.passes && filter.active(state) && !filter.passes(nodes[id], state))
      .map((filter) => (filter.admit ? filter.admit(nodes[id], state) : filter.clear()))),
  };
  kg.nodeName = (id) => kg.name(nodes[id]);
  kg.kindOf = (id) => classes[nodes[id].cls];
})();
