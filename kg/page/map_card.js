// What the map tells beside the picture: what is at a place, where the selected is, what is not on the map.
(() => {
  const { atlas, el, model, state } = kg;
  const { nodes, classes } = model;
  kg.words({
    zh: {
      mapHere: (parts) => `在此：${parts}`, mapPart: (n, kind) => `${n} 个${kind}`, mapNothing: "在此没有可显示的内容", mapCount: (n) => `在此 ${n} 个节点`,
      mapFrom: (name) => `坐标取自上级：${name}`, mapFromAbove: "坐标取自上级地点", mapNoPoint: "没有坐标，不在地图上", mapFiltered: "已被筛选隐藏", mapNowhere: "没有地点，不在地图上",
      mapOnly: "只看此地", mapOnlyNow: (name) => `只看：${name}`, mapAll: (name) => `不再只看${name}`, mapWithin: (n) => `其中的地点（${n}）`, mapSame: (n) => `同一位置的其他地点（${n}）`,
      mapPlaces: (n) => `此处 ${n} 个地点`, mapAt: "所在地点", mapZoomIn: "点击放大", mapZoomKey: "按 Enter 放大",
      mapPlaceless: (n) => `另有 ${n} 个节点没有地点`, mapBare: (n) => `${n} 个地点没有坐标`, mapUnplaced: (n) => `${n} 个节点所在的地点没有坐标`, mapHidden: (n) => `${n} 个节点所在的地点已被隐藏`, mapDashed: "虚线：坐标取自上级", mapEmpty: "没有可显示的地点",
    },
    en: {
      mapHere: (parts) => `Here: ${parts}`, mapPart: (n, kind) => `${kind} (${n})`, mapNothing: "Nothing to show here", mapCount: (n) => `${kg.many(n, "node")} here`,
      mapFrom: (name) => `Coordinates from the place above: ${name}`, mapFromAbove: "Coordinates from a place above", mapNoPoint: "Has no coordinates, so it is not on the map", mapFiltered: "Hidden by a filter", mapNowhere: "Has no place, so it is not on the map",
      mapOnly: "Only this place", mapOnlyNow: (name) => `Only ${name}`, mapAll: (name) => `No longer only ${name}`, mapWithin: (n) => `Places within it (${n})`, mapSame: (n) => `Other places at this point (${n})`,
      mapPlaces: (n) => `${kg.many(n, "place")} here`, mapAt: "Where it is", mapZoomIn: "Click to zoom in", mapZoomKey: "Enter zooms in",
      mapPlaceless: (n) => `${n} more ${n === 1 ? "node has" : "nodes have"} no place`, mapBare: (n) => `${n} ${n === 1 ? "place has" : "places have"} no coordinates`, mapUnplaced: (n) => `${n} ${n === 1 ? "node has" : "nodes have"} a place without coordinates`, mapHidden: (n) => `${n} ${n === 1 ? "node has" : "nodes have"} a hidden place`, mapDashed: "Dashed: coordinates from the place above", mapEmpty: "No place to show",
    },
  });
  const cache = new Map();
  let version = -1;
  // What is no place and stands or happened in a place, by group of classes.
  function things(id) {
    if (version !== atlas.version) { cache.clear(); version = atlas.version; }
    if (cache.has(id)) return cache.get(id);
    const groups = new Map();
    for (const each of model.visible().nodes) {
      const node = nodes[each];
      if (node.place || !model.inside(node, id)) continue;
      const cls = node.group < 0 ? node.cls : model.groups[node.group];
      groups.set(cls, [...(groups.get(cls) || []), each]);
    }
    const sorted = [...groups].sort(([a, some], [b, others]) => others.length - some.length || a - b);
    cache.set(id, sorted);
    return sorted;
  }
  const summary = (id) => {
    const parts = things(id).map(([cls, ids]) => kg.say("mapPart", ids.length, kg.name(classes[cls])));
    return parts.length ? kg.say("mapHere", parts.join(kg.say("comma"))) : kg.say("mapNothing");
  };
  function origin(id) {
    const { point } = nodes[id];
    if (!point || point.own) return "";
    return point.from < 0 ? kg.say("mapFromAbove") : kg.say("mapFrom", kg.nodeName(point.from));
  }
  const bubbleName = ({ id, count }) => kg.say("mapBubble", kg.nodeName(id), count);
  const sentence = (...parts) => parts.filter(Boolean).join(kg.say("semicolon"));
  atlas.tell = (item) => (item.count ? bubbleName(item) : sentence(kg.say("at", kg.nodeName(item.id), kg.name(kg.kindOf(item.id))), kg.say("mapCount", atlas.weight(item.id)), origin(item.id)));
  atlas.spell = (item) => (item.count ? sentence(bubbleName(item), kg.say("mapZoomKey")) : sentence(kg.say("at", kg.nodeName(item.id), kg.name(kg.kindOf(item.id))), summary(item.id), origin(item.id)));

  // ---- the tip at the pointer or the cursor ------------------------------------------------------------
  let tip = null;
  atlas.showTip = () => {
    const item = atlas.hovered || (atlas.cursor >= 0 && atlas.cursor !== state.selected && atlas.keyboard ? atlas.itemOf(atlas.cursor) : null);
    tip.hidden = !item;
    if (!item) return;
    const { id, count } = item;
    const told = count ? [item.cluster.ids.slice(0, 6).map(kg.nodeName).join(kg.say("comma")) + (count > 6 ? "…" : ""), kg.say(atlas.hovered ? "mapZoomIn" : "mapZoomKey")] : [kg.name(kg.kindOf(id)), summary(id), origin(id)];
    tip.replaceChildren(el("b", {}, count ? kg.say("mapPlaces", count) : kg.nodeName(id)), ...told.filter(Boolean).map((text) => el("span", {}, text)));
    const { x, y } = atlas.onScreen(item);
    const { offsetWidth: w, offsetHeight: h } = tip;
    tip.style.left = `${Math.max(4, Math.min(atlas.width - w - 4, x - w / 2))}px`;
    tip.style.top = `${y + item.r + 10 + h > atlas.height - 4 && y - item.r - 10 - h > 0 ? y - item.r - 10 - h : Math.min(y + item.r + 10, atlas.height - h - 4)}px`;
  };

  // ---- the card of the selected, or of many places at one point ------------------------------------------
  let card = null;
  let open = true;
  const list = (ids) => kg.shortened(ids.map((id) => el("li", {}, kg.nodeLink(id))));
  const part = (title, ids) => (ids.length ? [el("h3", {}, title), list(ids)] : []);
  const byWeight = (ids) => [...ids].sort((a, b) => atlas.weight(b) - atlas.weight(a) || a - b);
  const only = (id) => kg.button({ class: "only", "aria-pressed": String(state.place === id), onclick: () => {
    state.set({ place: state.place === id ? -1 : id });
    card.querySelector(".only")?.focus();
  } }, kg.say("mapOnly"));
  function ofPlace(id) {
    const { point } = nodes[id];
    const shown = model.visible().nodes.filter((each) => nodes[each].place);
    const within = shown.filter((each) => nodes[each].within.includes(id));
    const here = (each) => each !== id && point && nodes[each].point && nodes[each].point.lat === point.lat && nodes[each].point.long === point.long && !within.includes(each);
    const away = !point ? kg.say("mapNoPoint") : model.visible().has(id) ? "" : kg.say("mapFiltered");
    return [
      el("p", { class: "where" }, away || origin(id) || kg.coordinates(point)), only(id), el("p", { class: "sum" }, summary(id)),
      ...things(id).flatMap(([cls, ids]) => part(`${kg.name(classes[cls])} ${ids.length}`, ids)),
      ...part(kg.say("mapWithin", within.length), byWeight(within)), ...part(kg.say("mapSame", shown.filter(here).length), byWeight(shown.filter(here))),
    ];
  }
  function ofThing(id) {
    const { at } = nodes[id];
    if (!at.length) return [el("p", { class: "where" }, kg.say("mapNowhere"))];
    const away = at.some(atlas.has) ? [] : [el("p", { class: "where" }, kg.say(at.some((each) => nodes[each].point) ? "mapFiltered" : "mapNoPoint"))];
    return [el("h3", {}, kg.say("mapAt")), list(at), ...away];
  }
  atlas.showCard = () => {
    const { selected } = state;
    card.hidden = selected < 0 && !atlas.listed;
    if (card.hidden) { card.replaceChildren(); return; }
    const title = atlas.listed ? el("span", {}, kg.say("mapPlaces", atlas.listed.length)) : kg.spoken(kg.pick(nodes[selected].labels));
    const content = el("div", { class: "told", hidden: !open }, ...(atlas.listed ? [list(byWeight(atlas.listed))] : nodes[selected].place ? ofPlace(selected) : ofThing(selected)));
    card.replaceChildren(el("h2", {}, kg.button({ "aria-expanded": String(open), onclick: (event) => {
      open = !open;
      event.currentTarget.setAttribute("aria-expanded", String(open));
      content.hidden = !open;
    } }, title, kg.icon("m5 8 5 5 5-5"))), content);
    card.scrollTop = 0;
  };

  // ---- what is not on the map, and the filter by place ---------------------------------------------------
  let note = null;
  atlas.showNote = () => {
    const { placeless, bare, unplaced, filtered, borrowed, spots } = atlas;
    const texts = [!spots.length && kg.say("mapEmpty"), placeless && kg.say("mapPlaceless", placeless), bare && kg.say("mapBare", bare), unplaced && kg.say("mapUnplaced", unplaced), filtered && kg.say("mapHidden", filtered), borrowed && kg.say("mapDashed")].filter(Boolean);
    const name = state.place < 0 ? "" : kg.nodeName(state.place);
    note.replaceChildren(
      ...(name ? [kg.button({ class: "lift", "aria-label": kg.say("mapAll", name), onclick: () => { state.set({ place: -1 }); kg.focusView(); } }, el("span", {}, kg.say("mapOnlyNow", name)), el("span", { "aria-hidden": "true" }, "×"))] : []),
      ...texts.map((text) => el("p", {}, text)));
  };
  atlas.makeCard = () => {
    open = !kg.small.matches;
    tip = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    card = el("section", { class: "here", tabindex: "-1", hidden: true });
    note = el("div", { class: "note" });
    return [note, card, tip];
  };
  atlas.card = () => card;
})();
