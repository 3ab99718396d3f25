// The state of the page: one object, changed in one place, kept in the fragment of the address.
(() => {
  const { model, decoded } = kg;
  const values = { selected: -1 };
  const fields = {};
  const listeners = [];
  const entailed = []; // (next, values, changes) => further changes
  const own = { lang: kg.root.lang };
  const safe = (text) => encodeURIComponent(text).replace(/%(2C|3A|2F|40)/g, decodeURIComponent);
  const iriOf = (id) => (id < 0 ? "" : model.nodes[id].iri);
  const numberOf = (iri) => (model.byIri.has(iri) ? model.byIri.get(iri) : -1);
  const plain = (value) => (value instanceof Set ? [...value].sort().join() : Array.isArray(value) ? value.join("\n") : value);

  // `sticky` fields stay as they are if an address does not name them; `push` ones make an entry in the history.
  function field(name, { initial, key = "", write = String, read = (text) => text, sticky = false, push = false }) {
    fields[name] = { initial, key, write, read, sticky, push };
    values[name] = initial;
  }
  const relations = model.naming(model.properties);
  const classes = model.naming(model.classes);
  field("view", { initial: "network", key: "view", push: true });
  field("lang", { initial: own.lang, key: "lang", sticky: true, read: (text) => (kg.LANGUAGES.includes(text) ? text : own.lang) });
  field("theme", { initial: "", sticky: true });
  field("hidden", { initial: new Set(), key: "hide", ...classes });
  field("unlinked", { initial: new Set(), key: "unlink", ...relations });
  field("place", { initial: -1, key: "in", write: iriOf, read: numberOf });
  field("time", { initial: ["", ""], key: "time", write: (ends) => (ends.some(Boolean) ? ends.join("..") : ""), read: ends });
  field("query", { initial: "", key: "q" });
  // A node that an address names and this graph does not have.
  field("missing", { initial: "" });
  entailed.push(({ selected }) => (selected >= 0 ? { missing: "" } : {}));
  function ends(text) {
    const [from, to = from] = text.split("..");
    return [from, to].map((end) => (model.extent(end) ? end : ""));
  }

  // ---- the fragment: the IRI of the selected, then what differs from the beginning ---------------------
  const hash = (iri) => encodeURI(iri).replace(/[#&]/g, encodeURIComponent);
  function fragment() {
    const parts = values.selected < 0 ? [] : [hash(iriOf(values.selected))];
    for (const [name, { initial, key, write }] of Object.entries(fields)) {
      if (key && plain(values[name]) !== plain(initial)) parts.push(`${key}=${safe(write(values[name]))}`);
    }
    return parts.length ? `#${parts.join("&")}` : "";
  }
  function parsed(text) {
    const changes = { selected: -1 };
    for (const [name, { initial, sticky }] of Object.entries(fields)) if (!sticky) changes[name] = initial;
    const whole = [decoded(text), text].find((iri) => model.byIri.has(iri));
    if (whole !== undefined) return { ...changes, selected: numberOf(whole) };
    for (const part of text.split("&")) {
      const [key, ...rest] = part.split("=");
      const found = Object.entries(fields).find(([, each]) => each.key && each.key === key);
      if (found) changes[found[0]] = found[1].read(decoded(rest.join("=")));
      else if (model.byIri.has(decoded(part))) changes.selected = numberOf(decoded(part));
      else if (/^[a-z][a-z\d+.-]*:\S/i.test(decoded(part))) changes.missing = decoded(part);
    }
    return changes;
  }
  function write(push) {
    const wanted = fragment();
    if (location.hash === wanted) return;
    try { history[push ? "pushState" : "replaceState"](null, "", wanted || location.pathname + location.search); } catch { /* no address of its own, as in a frame */ }
  }

  // ---- changing --------------------------------------------------------------------------------------
  function take(changes, how) {
    const next = { ...values, ...changes };
    if (next.selected >= 0 && (changes.selected ?? -1) >= 0) Object.assign(next, model.admitting(next.selected, next));
    for (const further of entailed) Object.assign(next, further(next, values, changes));
    const changed = new Set(Object.keys(next).filter((name) => plain(next[name]) !== plain(values[name])));
    if (!changed.size && !how.focus && !how.jump) return changed;
    Object.assign(values, next);
    if (model.filtering(changed)) model.forget();
    kg.forgetEmphasis(changed);
    return changed;
  }
  const tell = (changed, how = {}) => { for (const listener of listeners) listener(changed, how); };
  function set(changes, how = {}) {
    const changed = take(changes, how);
    if (!changed.size && !how.focus && !how.jump) return;
    write(how.push ?? [...changed].some((name) => name === "selected" || fields[name]?.push));
    tell(changed, how);
  }
  function fromAddress() {
    const changed = take(parsed(location.hash.slice(1)), {});
    write(false);
    if (changed.size) tell(changed, { jump: true, focus: changed.has("selected"), address: true });
  }

  kg.state = {
    set, field,
    clear: () => set(model.clearing()),
    changed: (...names) => tell(new Set(names)), // of what is no part of the state, such as the system's colours
    start() {
      take(parsed(location.hash.slice(1) || kg.data.opening || ""), {});
      write(false);
      tell(new Set(Object.keys(values)), { jump: values.selected >= 0, start: true });
      addEventListener("hashchange", fromAddress);
    },
  };
  for (const name of ["selected", ...Object.keys(fields)]) Object.defineProperty(kg.state, name, { enumerable: true, get: () => values[name] });
  kg.state.field = (name, about) => { field(name, about); Object.defineProperty(kg.state, name, { enumerable: true, get: () => values[name] }); };
  kg.state.entails = (further) => { entailed.push(further); };
  kg.on = (listener) => { listeners.push(listener); };
  kg.select = (id, how = {}) => set({ selected: id }, how);
  kg.hash = (iri) => `#${hash(iri)}`;
  kg.expose({
    get selected() { return values.selected < 0 ? null : iriOf(values.selected); },
    get visible() { return model.nodes.filter(({ id }) => model.visible().has(id)).map(({ iri }) => iri); },
    get lang() { return values.lang; },
    get view() { return values.view; },
    // Values as the fragment has them.
    set: (changes) => set(Object.fromEntries(Object.entries(changes).map(([name, text]) => [name, fields[name].read(text)]))),
  });
})();
