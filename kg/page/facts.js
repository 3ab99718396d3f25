// The facts of a node as a table: times, quantities and what is inferred each told together.
(() => {
  const { el, model, spoken, pick, name, outside, XSD } = kg;
  const { properties, terms } = model;
  const { roles } = kg.data;
  kg.words({
    zh: {
      when: "时间", inferred: "推断", asStated: "原文", yes: "是", no: "否",
      quantity: (exact, number, unit) => [exact, number].filter(Boolean).join(" ") + (unit ? (/[万亿]$/.test(number) || /^[%‰°]/.test(unit) ? unit : ` ${unit}`) : ""),
      isInferred: "没有直接说明，由其他内容推断得出",
    },
    en: {
      when: "time", inferred: "inferred", asStated: "stated as ", yes: "yes", no: "no",
      quantity: (exact, number, unit) => [exact, number].filter(Boolean).join(" ") + (unit ? (/^[%‰°]/.test(unit) ? unit : ` ${plural(unit, number)}`) : ""),
      isInferred: "Not stated: it follows from something else",
    },
  });
  // Names of units that English puts into the plural; symbols and the rest stay as they are.
  const plural = (unit, number) => (number === "1" || !/^[a-z]{3,}$/.test(unit) || /(s|x|z|ch|sh|cent|yuan|foot|[^aeiou]y)$/.test(unit) ? unit : `${unit}s`);

  // ---- single values ---------------------------------------------------------------------------------
  const of = (kinds, make) => kinds.split(" ").map((kind) => [XSD + kind, make]);
  const TYPED = new Map([
    ...of("integer decimal float double int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger unsignedInt unsignedLong unsignedShort unsignedByte", (text) => kg.number(text)),
    ...of("dateTime dateTimeStamp date time gYear gYearMonth gMonth gMonthDay gDay", (text) => kg.datetime(text)),
    ...of("duration dayTimeDuration yearMonthDuration", (text) => kg.duration(text)),
    ...of("boolean", (text) => ({ true: kg.say("yes"), 1: kg.say("yes"), false: kg.say("no"), 0: kg.say("no") })[text] || text),
  ]);
  const numeric = (fact) => /^[+-]?\d+(\.\d*)?$/.test(fact.text) && TYPED.get(fact.kind) === TYPED.get(`${XSD}integer`);
  const written = (fact) => (fact.term >= 0 ? name(terms[fact.term]) : TYPED.has(fact.kind) ? TYPED.get(fact.kind)(fact.text) : fact.text);
  kg.badge = (text = kg.say("inferred")) => el("span", { class: "badge", title: kg.say("isInferred") }, text);
  function value(fact) {
    if (fact.term >= 0) return spoken(pick(terms[fact.term].labels), "span", { title: fact.text });
    if (model.isIri(fact) || (!fact.lang && /^https?:\/\/\S+$/.test(fact.text))) return outside(fact.text);
    const text = written(fact);
    return text === fact.text ? spoken(fact) : el("span", { title: fact.text }, text);
  }
  const propertyName = (number) => spoken(pick(properties[number].labels), "span", { title: properties[number].iri });
  // Of texts with languages those in the language of the page; if there are none, all.
  function suited(facts) {
    const mine = facts.filter(({ lang }) => kg.isOwn(lang));
    return mine.length ? facts.filter((fact) => !fact.lang || mine.includes(fact)) : facts;
  }
  kg.suited = suited;
  kg.propertyName = propertyName;
  kg.grouped = (items, key) => {
    const groups = new Map();
    for (const item of items) {
      const at = key(item);
      if (groups.has(at)) groups.get(at).push(item); else groups.set(at, [item]);
    }
    return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  };

  // ---- what is told together: rows of { head, parts, used } ---------------------------------------------
  function notes(...items) {
    const some = items.filter(Boolean);
    return some.length ? el("small", {}, ...some.flatMap((item, i) => (i ? [kg.say("semicolon"), item] : [item]))) : null;
  }
  const stated = (facts) => suited(facts).map(({ text, lang }) => el("span", {}, kg.say("asStated"), spoken({ text: kg.say("quoted", text), lang })));
  const symbol = (unit) => (/^percent$/i.test(kg.localName(unit.text)) ? "%" : written(unit));
  // One number with what belongs to it. Bounds that are the number itself follow from how it compares.
  function quantity(facts) {
    const as = (role) => facts.filter((fact) => roles[fact.property] === role);
    const [numbers, units, exact] = [as("value"), as("unit"), as("comparator")];
    if (numbers.length !== 1 || !numeric(numbers[0]) || units.length > 1 || exact.length > 1) return [];
    const [number] = numbers;
    const bounds = [...as("least"), ...as("most")];
    const words = as("stated");
    const beyond = bounds.filter((fact) => Number(fact.text) !== Number(number.text)).map((fact) => `${name(properties[fact.property])} ${written(fact)}`);
    const text = kg.say("quantity", exact.length ? written(exact[0]) : "", kg.quantity(number.text), units.length ? symbol(units[0]) : "");
    return [{ head: propertyName(number.property), used: [...numbers, ...units, ...exact, ...bounds, ...words],
      parts: [el("span", { title: number.text }, text), notes(...beyond, ...stated(words))] }];
  }
  // Times with how exact they are and the words of the source; what begins or ends has no property of its own.
  const TEMPORAL = /year|month|day|date|time/i;
  function times(node, guesses) {
    return kg.grouped(node.times.filter((time) => time.dated || time.stated.length), ({ ends: [first, last] }) => (first && first === last ? first.property : -1)).map(([property, group], i) => {
      const last = group[group.length - 1];
      const { precision, stated: words } = last;
      const mine = i ? [] : guesses; // an interval comes first, and what is said of how exact it is with it
      const told = i ? [] : [precision && written(precision), ...(last.dated ? stated(words) : [])];
      return {
        head: property < 0 ? el("span", {}, kg.say("when")) : propertyName(property),
        used: [...group.flatMap(({ ends, start, end }) => ends.filter((fact) => fact && [start, end].includes(fact.text))), precision, ...words, ...mine],
        parts: [...group.map((time) => el("span", { title: [...new Set([time.start, time.end])].filter(Boolean).join(" / ") || null }, time.dated ? kg.when(time) : kg.say("quoted", kg.when(time)))),
          notes(...told), ...mine.map((fact) => kg.badge(written(fact)))],
      };
    });
  }
  kg.factTable = (id) => {
    const node = model.nodes[id];
    const guesses = node.facts.filter((fact) => roles[fact.property] === "inferred");
    const dated = times(node, guesses.filter((fact) => TEMPORAL.test(kg.localName(fact.text))));
    const together = [...dated, ...quantity(node.facts)];
    const used = new Set(together.flatMap((row) => row.used));
    const mark = (facts) => (facts.some((fact) => fact && model.inferredFact(id, fact)) ? [kg.badge()] : []);
    const row = (head, ...parts) => el("tr", {}, el("th", { scope: "row" }, head), el("td", {}, ...parts));
    const rest = kg.grouped(node.facts.filter((fact) => !used.has(fact)), (fact) => fact.property);
    return el("table", { class: "facts" }, el("tbody", {},
      ...together.map(({ head, parts, used: facts }) => row(head, ...parts, ...mark(facts))),
      ...rest.map(([property, facts]) => row(propertyName(property), ...suited(facts).flatMap((fact) =>
        (guesses.includes(fact) ? [kg.badge(written(fact))] : [value(fact), ...mark([fact])]))))));
  };
})();
