// The exact triples of a node, put together from all that the page has, and as Turtle to copy.
(() => {
  const { model, data, XSD } = kg;
  const { nodes, links, classes, properties, sources } = model;
  const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
  const LABEL = "http://www.w3.org/2000/01/rdf-schema#label";
  const RESOURCE = "http://www.w3.org/2000/01/rdf-schema#Resource";
  const TRIPLE = "<<>>";

  // A statement is [predicate, text, kind]; the kind is "" for an IRI or blank node, else a datatype or a language.
  const { rows, more, less, inferred } = data.said;
  const keyOf = (statement) => JSON.stringify(statement);
  const rowsOf = (told, id) => (told[id] || []).map((row) => rows[row]);
  const follows = new Map(Object.keys(inferred).map((id) => [Number(id), new Set(rowsOf(inferred, id).map(keyOf))]));
  const isInferred = (id, ...statement) => follows.has(id) && follows.get(id).has(keyOf(statement));
  for (const link of links) if (isInferred(link.from, properties[link.property].iri, nodes[link.to].iri, "")) link.inferred = true;
  model.inferredFact = (id, fact) => isInferred(id, properties[fact.property].iri, fact.text, model.isIri(fact) ? "" : fact.kind);
  model.inferredLink = (from, property, to) => isInferred(from, properties[property].iri, nodes[to].iri, "");
  model.inferredSource = (id, property, source) => isInferred(id, properties[property].iri, sources[source].iri, "");
  model.inferredClass = (id) => isInferred(id, `${RDF}type`, classes[nodes[id].cls].iri, "");

  function statements(id) {
    const { iri, cls, labels, facts, sources: cited } = nodes[id];
    const own = iri.startsWith("_:") ? iri : kg.localName(iri);
    const all = [
      ...(classes[cls].iri === RESOURCE ? [] : [[`${RDF}type`, classes[cls].iri, ""]]),
      ...Object.entries(labels).filter(([lang, text]) => lang || text !== own).map(([lang, text]) => [LABEL, text, lang || `${XSD}string`]),
      ...facts.map((fact) => [properties[fact.property].iri, fact.text, model.isIri(fact) ? "" : fact.kind]),
      ...model.around[id].filter(([, , outward]) => outward).map(([property, other]) => [properties[property].iri, nodes[other].iri, ""]),
      ...cited.map(([property, source]) => [properties[property].iri, sources[source].iri, ""]),
    ];
    const surplus = new Set(rowsOf(less, id).map(keyOf));
    const told = new Map([...all, ...rowsOf(more, id)].map((statement) => [keyOf(statement), statement]));
    return [...told].filter(([key]) => !surplus.has(key)).map(([, statement]) => statement);
  }

  // ---- writing (RDF 1.2 Turtle) ----------------------------------------------------------------------
  const BASE = "A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD";
  const LOCAL = new RegExp(`^(?:[${BASE}_0-9][${BASE}_0-9-]*)?$`);
  const prefixes = Object.entries(data.prefixes).filter(([prefix]) => /^(?:[A-Za-z][\w-]*)?$/.test(prefix))
    .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  // The longest name space of which the rest is a plain name; [prefix, rest] or null.
  function cut(iri) {
    const found = prefixes.find(([, space]) => iri.startsWith(space) && LOCAL.test(iri.slice(space.length)));
    return found ? [found[0], iri.slice(found[1].length)] : null;
  }
  const code = (letter) => (letter.codePointAt(0) > 0xffff ? `\\U${letter.codePointAt(0).toString(16).padStart(8, "0")}` : `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const escapes = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\"": "\\\"", "\\": "\\\\" };
  const escaped = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f"\\\u2028\u2029\ufeff\ufffe\uffff]/g, (letter) => escapes[letter] || code(letter));
  const ABBREVIATED = { integer: /^[+-]?\d+$/, decimal: /^[+-]?\d*\.\d+$/, double: /^[+-]?(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+$/, boolean: /^(?:true|false)$/ };

  function writer() {
    const used = new Map();
    function node(iri) {
      if (iri.startsWith("_:")) return iri;
      const short = cut(iri);
      if (!short) return `<${iri.replace(/[\u0000-\u0020<>"{}|^\x60\\]/g, code)}>`;
      used.set(short[0], data.prefixes[short[0]]);
      return short.join(":");
    }
    function object([, text, kind]) {
      if (!kind) return node(text);
      if (kind === TRIPLE) return `<<( ${text} )>>`;
      const quoted = `"${escaped(text)}"`;
      if (!kind.includes(":")) return `${quoted}@${kind}`;
      if (kind === `${XSD}string`) return quoted;
      const short = kind.startsWith(XSD) && ABBREVIATED[kind.slice(XSD.length)];
      return short && short.test(text) ? text : `${quoted}^^${node(kind)}`;
    }
    const rank = (predicate) => (predicate === `${RDF}type` ? 0 : predicate === LABEL ? 1 : 2);
    function block(subject, told) {
      const groups = new Map();
      for (const statement of told) {
        if (!groups.has(statement[0])) groups.set(statement[0], []);
        groups.get(statement[0]).push(object(statement));
      }
      const lines = [...groups].map(([predicate, objects]) => [rank(predicate), rank(predicate) ? node(predicate) : "a", objects.sort()])
        .sort(([a, p], [b, q]) => a - b || (p < q ? -1 : 1)).map(([, predicate, objects]) => `    ${predicate} ${objects.join(" ,\n        ")}`);
      return `${node(subject)}\n${lines.join(" ;\n")} .`;
    }
    return { block, head: () => [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([prefix, space]) => `@prefix ${prefix}: <${space}> .`).join("\n") };
  }
  // What is not stated but follows stands at the end, and says so.
  kg.turtle = (id) => {
    const { iri } = nodes[id];
    const told = statements(id);
    const [stated, following] = [false, true].map((wanted) => told.filter((statement) => isInferred(id, ...statement) === wanted));
    const { block, head } = writer();
    const blocks = [stated.length && block(iri, stated), following.length && `# inferred, not stated\n${block(iri, following)}`].filter(Boolean);
    return blocks.length ? `${[head(), ...blocks].filter(Boolean).join("\n\n")}\n` : "";
  };
  kg.prefixed = (iri) => { const short = cut(iri); return short && short[1] ? short.join(":") : ""; };
  kg.expose({ turtle: (iri) => kg.turtle(model.byIri.get(iri)) });
})();
