// What stands out beside the selected: a path, the rows of a query. Others fade; nothing is hidden by it.
(() => {
  const { $, el, state } = kg;
  const kinds = [];
  let cache = null;
  kg.words({ zh: { unmark: (what) => `取消突出显示：${what}` }, en: { unmark: (what) => `No longer highlight: ${what}` } });
  // { fields, of: (state) => null or { nodes: Set, links: Set }, label: (state) => text, clear: () => changes }
  kg.emphasise = (kind) => { kinds.push(kind); };
  kg.emphasising = (changed) => kinds.some(({ fields }) => fields.some((field) => changed.has(field)));
  // Nodes by number and links of the model that stand out, or null; a path depends on what is visible.
  kg.emphasis = () => {
    if (cache) return cache.told;
    const told = kinds.map((kind) => kind.of(state)).filter(Boolean);
    const all = (name) => new Set(told.flatMap((each) => [...each[name]]));
    cache = { told: told.length ? { nodes: all("nodes"), links: all("links") } : null };
    return cache.told;
  };
  function show() {
    const active = kinds.filter((kind) => kind.of(state));
    $("marks").hidden = !active.length;
    $("marks").replaceChildren(...active.map((kind) => el("li", {}, el("span", {}, kind.label(state)),
      kg.button({ class: "plain", "aria-label": kg.say("unmark", kind.label(state)), onclick: () => { state.set(kind.clear()); kg.focusView(); } }, "×"))));
  }
  kg.forgetEmphasis = (changed) => { if (kg.emphasising(changed) || kg.model.filtering(changed)) cache = null; };
  kg.on((changed) => { if (changed.has("lang") || kg.emphasising(changed) || kg.model.filtering(changed)) show(); });
  kg.expose({ get emphasis() { const told = kg.emphasis(); return told && { nodes: [...told.nodes].map((id) => kg.model.nodes[id].iri).sort(), links: told.links.size }; } });
})();
