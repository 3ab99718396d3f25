// The map: a camera over places at their coordinates, moved by pointer, wheel, fingers and keys.
(() => {
  const { atlas, el, model, state } = kg;
  const { nodes } = model;
  const { camera } = atlas;
  const MOST = 400000; // pixels in a degree
  const SPAN = 2; // degrees around a single point
  let sheet = null;
  let moved = false;
  let moving = 0; // the frame in which the camera glides
  let waiting = 0; // the frame in which the next picture is drawn
  kg.words({
    zh: { map: (n) => `地图，${n} 个地点`, mapTools: "地图工具" },
    en: { map: (n) => `Map of ${kg.many(n, "place")}`, mapTools: "Tools of the map" },
  });

  // ---- the camera ------------------------------------------------------------------------------------
  let least = 1;
  let bounds = { west: 0, east: 0, north: 0, south: 0 };
  const clamp = (scale) => Math.min(MOST, Math.max(least, scale));
  const keep = ({ x, y, scale }) => ({ scale: clamp(scale), x: Math.min(bounds.east, Math.max(bounds.west, x)), y: Math.min(bounds.south, Math.max(bounds.north, y)) });
  function later() { if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; atlas.draw(); }); }
  function go(to, glide = true) {
    cancelAnimationFrame(moving);
    const [from, goal] = [{ ...camera }, keep({ ...camera, ...to })];
    if (!glide || kg.calm.matches) { Object.assign(camera, goal); atlas.draw(); return; }
    const start = performance.now();
    const tick = (now) => {
      const t = Math.min(1, Math.max(0, (now - start) / 240));
      const part = t * t * (3 - 2 * t);
      Object.assign(camera, { x: from.x + (goal.x - from.x) * part, y: from.y + (goal.y - from.y) * part, scale: from.scale * (goal.scale / from.scale) ** part });
      atlas.draw();
      if (t < 1) moving = requestAnimationFrame(tick);
    };
    moving = requestAnimationFrame(tick);
  }
  // The part of the sheet that nothing else covers.
  function free() {
    const { left, width, height } = atlas.inner();
    const card = atlas.card();
    const beside = !card.hidden && !kg.small.matches ? card.offsetWidth + 20 : 0;
    const below = !card.hidden && kg.small.matches ? card.offsetHeight + 12 : 0;
    return { left, width, height, beside, below };
  }
  function frame(spots, pad) {
    const box = { west: Infinity, east: -Infinity, north: Infinity, south: -Infinity };
    for (const { x, y } of spots) Object.assign(box, { west: Math.min(box.west, x), east: Math.max(box.east, x), north: Math.min(box.north, y), south: Math.max(box.south, y) });
    const { width, height, beside, below } = free();
    const [w, h] = [Math.max(40, width - pad.left - pad.right - beside), Math.max(40, height - pad.top - pad.foot - below)];
    const [dx, dy] = [box.east - box.west, box.south - box.north];
    const scale = dx || dy ? Math.min(w / (dx || 1e-9), h / (dy || 1e-9)) : Math.min(w, h) / SPAN;
    return { box, scale, x: (box.west + box.east) / 2 + (pad.right + beside - pad.left) / 2 / scale, y: (box.north + box.south) / 2 + (pad.foot - pad.top - below) / 2 / scale };
  }
  // All places, with room for their names; the sheet is made anew for them.
  function fit(glide = false) {
    moved = false;
    if (!atlas.spots.length || !atlas.width) { atlas.draw(); return; }
    atlas.project(true);
    const start = { ...camera };
    const { box, scale, x, y } = frame(atlas.spots, { left: 24, right: 24, top: 20, foot: 50 });
    least = Math.min(scale, MOST / 4) / 1.8;
    Object.assign(camera, { x, y, scale: Math.min(scale, MOST / 4) });
    for (let round = 0; round < 3; round += 1) { // names need room too, as far as three rounds go
      atlas.draw();
      const { left, right, top, foot } = atlas.extent();
      const seen = free();
      const room = { left: seen.left + 10, right: atlas.width - 14 - seen.beside, top: 10 + seen.below, foot: seen.height - 48 };
      camera.x += ((left + right - room.left - room.right) / 2) / camera.scale;
      camera.y += ((top + foot - room.top - room.foot) / 2) / camera.scale;
      camera.scale *= Math.max(0.8, Math.min(1, (room.right - room.left) / (right - left), (room.foot - room.top) / (foot - top)));
    }
    const goal = { ...camera };
    bounds = { west: Math.min(box.west, goal.x), east: Math.max(box.east, goal.x), north: Math.min(box.north, goal.y), south: Math.max(box.south, goal.y) };
    if (glide) Object.assign(camera, start);
    go(goal, glide);
  }
  // By a factor, about a point of the screen that stays where it is.
  function zoom(by, at = null, glide = true) {
    const scale = clamp(camera.scale * by);
    const { left, width, height } = atlas.inner();
    const [dx, dy] = at ? [at.x - left - width / 2, at.y - height / 2] : [0, 0];
    moved = true;
    const to = { scale, x: camera.x + dx / camera.scale - dx / scale, y: camera.y + dy / camera.scale - dy / scale };
    if (glide) go(to);
    else { cancelAnimationFrame(moving); Object.assign(camera, keep(to)); later(); }
  }
  const alone = (id, scale) => {
    const { list, of } = atlas.clusters(scale);
    return list[of[id]] && (list[of[id]].ids.length === 1 || list[of[id]].rings > 0);
  };
  // The smallest larger scale at which a place stands for itself.
  function apart(id) {
    let { scale } = camera;
    while (scale < MOST && !alone(id, scale)) scale *= Math.SQRT2;
    return Math.min(scale, MOST);
  }
  function reveal(ids, jump) {
    const spots = ids.map((id) => atlas.spots.find((spot) => spot.ids.includes(id))).filter(Boolean);
    if (!spots.length) return;
    const seen = free();
    const within = ids.every((id) => {
      const at = atlas.spotOf(id);
      const { x, y } = at ? atlas.onScreen(at) : { x: -1, y: -1 };
      return x > seen.left + 30 && x < atlas.width - seen.beside - 30 && y > seen.below + 30 && y < seen.height - 30;
    });
    const far = jump && ids.length === 1 ? apart(ids[0]) : camera.scale;
    if (within && far === camera.scale) return;
    moved = moved || jump;
    const part = frame(spots, { left: 60, right: 60, top: 50, foot: 50 });
    const scale = ids.length === 1 ? far : Math.min(part.scale, camera.scale);
    go({ scale, x: part.box.west / 2 + part.box.east / 2 + seen.beside / 2 / scale, y: part.box.north / 2 + part.box.south / 2 - seen.below / 2 / scale });
  }
  // A bubble opens by zooming; places that share a point for good are listed.
  function enter(item, how) {
    if (!item) { atlas.listed = null; kg.select(-1); atlas.showCard(); return; }
    if (!item.count) { choose(item.id, how); return; }
    const { spots, ids } = item.cluster;
    if (spots.length === 1 && ids.length > kg.clusters.most) { atlas.listed = ids; kg.select(-1); atlas.showCard(); kg.announce(kg.say("mapPlaces", ids.length)); atlas.card().querySelector("button").focus(); return; }
    moved = true;
    const part = frame(spots, { left: 100, right: 150, top: 80, foot: 80 });
    const scale = spots.length > 1 ? Math.max(camera.scale * 1.5, Math.min(part.scale, camera.scale * 24)) : apart(item.id);
    go({ scale, x: part.box.west / 2 + part.box.east / 2 + 25 / scale, y: part.box.north / 2 + part.box.south / 2 });
  }
  function choose(id, how) { atlas.listed = null; kg.select(id, how); }

  // ---- the keyboard ----------------------------------------------------------------------------------
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function step([dx, dy]) {
    const { list, of } = atlas.clusters();
    const all = list.flatMap(({ x, y, ids, rings }) => (rings ? ids : ids.slice(0, 1)).map((id, i) => {
      const [px, py] = kg.clusters.petal(i, ids.length);
      return { id, x: x * camera.scale + px, y: y * camera.scale + py };
    }));
    const cluster = atlas.cursor >= 0 ? list[of[atlas.cursor]] : null;
    const from = cluster && all.find(({ id }) => id === (cluster.rings ? atlas.cursor : cluster.ids[0]));
    let [best, close] = [from ? null : all[0], Infinity];
    for (const each of from ? all : []) {
      const [x, y] = [each.x - from.x, each.y - from.y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along > 0 && aside <= 2 * along && along + 2 * aside < close) [best, close] = [each, along + 2 * aside];
    }
    if (!best) return;
    atlas.cursor = best.id;
    atlas.keyboard = true;
    atlas.hovered = null;
    atlas.overlay();
    reveal([best.id], false);
    atlas.draw();
    atlas.overlay();
    const item = atlas.itemOf(best.id);
    if (item) kg.announce(atlas.spell(item));
  }
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = atlas.cursor >= 0 ? atlas.spotOf(atlas.cursor) : null;
    const about = here ? atlas.onScreen(here) : null;
    if (WAYS[event.key]) step(WAYS[event.key]);
    else if (event.key === "Enter" && atlas.cursor >= 0) enter(atlas.itemOf(atlas.cursor), { focus: true });
    else if (event.key === "+" || event.key === "=") zoom(1.4, about);
    else if (event.key === "-") zoom(1 / 1.4, about);
    else if (event.key === "0") fit(true);
    else { if (event.key === "Escape") { atlas.keyboard = false; hover(null); atlas.showTip(); } return; }
    event.preventDefault();
  }

  // ---- the pointer and fingers -------------------------------------------------------------------------
  const fingers = new Map();
  let travelled = 0;
  const local = (event) => { const corner = sheet.getBoundingClientRect(); return { x: event.clientX - corner.left, y: event.clientY - corner.top }; };
  const grasp = () => {
    const all = [...fingers.values()];
    const mean = (key) => all.reduce((sum, each) => sum + each[key], 0) / all.length;
    return { x: mean("x"), y: mean("y"), wide: all.length > 1 ? Math.hypot(all[0].x - all[1].x, all[0].y - all[1].y) : 0 };
  };
  function hover(item) {
    if (item === atlas.hovered) return;
    atlas.hovered = item;
    sheet.classList.toggle("pointing", Boolean(item));
    atlas.overlay();
    atlas.showTip();
  }
  function move(event) {
    if (!fingers.has(event.pointerId)) { if (event.pointerType === "mouse") hover(atlas.hit(local(event).x, local(event).y)); return; }
    const before = grasp();
    fingers.set(event.pointerId, local(event));
    const after = grasp();
    travelled += Math.abs(after.x - before.x) + Math.abs(after.y - before.y) + Math.abs(after.wide - before.wide);
    if (travelled < (event.pointerType === "mouse" ? 4 : 9)) return;
    hover(null);
    moved = true;
    cancelAnimationFrame(moving);
    Object.assign(camera, keep({ ...camera, x: camera.x - (after.x - before.x) / camera.scale, y: camera.y - (after.y - before.y) / camera.scale }));
    if (before.wide && after.wide) zoom(after.wide / before.wide, after, false);
    later();
  }
  function listen() {
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      if (!fingers.size) travelled = 0;
      atlas.keyboard = false;
      fingers.set(event.pointerId, local(event));
      sheet.setPointerCapture(event.pointerId);
    });
    sheet.addEventListener("pointermove", move);
    sheet.addEventListener("pointerup", (event) => {
      const still = fingers.size === 1 && travelled < (event.pointerType === "mouse" ? 4 : 9);
      if (!fingers.delete(event.pointerId) || !still) return;
      const { x, y } = local(event);
      enter(atlas.hit(x, y), {});
    });
    sheet.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
    sheet.addEventListener("pointerleave", () => hover(null));
    sheet.addEventListener("wheel", (event) => {
      event.preventDefault();
      hover(null);
      zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.0022)), local(event), false);
    }, { passive: false });
    sheet.addEventListener("keydown", press);
    sheet.addEventListener("blur", () => { atlas.keyboard = false; atlas.showTip(); });
    new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = sheet;
      if (!width || !height || (width === atlas.width && height === atlas.height)) return;
      Object.assign(atlas, { width, height });
      if (!moved) fit(); else atlas.draw();
    }).observe(sheet);
  }
  function tools() {
    const make = (key, act) => kg.button({ "data-title": key, onclick: act }, kg.icon(kg.ICONS[key]));
    return el("div", { class: "tools", role: "toolbar", "data-label": "mapTools" },
      make("in", () => zoom(1.5)), make("out", () => zoom(1 / 1.5)), make("fit", () => fit(true)));
  }
  function name() {
    kg.translate(sheet.parentNode);
    sheet.setAttribute("aria-label", kg.say("map", atlas.spots.reduce((sum, { ids }) => sum + ids.length, 0)));
  }

  kg.view({
    id: "map",
    label: { zh: "地图", en: "Map" },
    icon: "M10 17.5s5.5-5 5.5-9.2a5.5 5.5 0 0 0-11 0c0 4.2 5.5 9.2 5.5 9.2zM10 6.3a2 2 0 1 0 0.1 0",
    when: () => nodes.some(({ place, point }) => place && point),
    mount(element) {
      sheet = el("div", { class: "globe", tabindex: "0", role: "application", "aria-describedby": "keys" }, atlas.make());
      atlas.bar = el("p", { class: "unseen scale" });
      const [note, ...over] = atlas.makeCard();
      element.append(note, el("div", { class: "atlas" }, sheet, atlas.bar, ...over, tools()));
      listen();
    },
    refresh(_, changed, how) {
      const first = changed.has("shown");
      if (model.filtering(changed)) { atlas.gather(); atlas.listed = null; }
      if (changed.has("lang") || model.filtering(changed)) { name(); atlas.showNote(); }
      Object.assign(atlas, { width: sheet.clientWidth || atlas.width, height: sheet.clientHeight || atlas.height });
      if (changed.has("selected")) { atlas.cursor = atlas.marked()[0] ?? -1; if (state.selected >= 0) atlas.listed = null; }
      if (atlas.cursor >= 0 && !atlas.has(atlas.cursor)) atlas.cursor = -1;
      atlas.renew();
      if (!["theme", "print"].some((each) => changed.has(each)) || first) atlas.showCard();
      if ((first || changed.has("lang") || model.filtering(changed)) && (!moved || (changed.has("place") && !first))) fit(!first);
      else atlas.draw();
      if (changed.has("selected") || first || how.jump) reveal(atlas.marked(), Boolean(how.jump));
    },
    focus: () => sheet.focus(),
  });

  const iri = (id) => nodes[id].iri;
  const all = () => atlas.spots.flatMap(({ ids }) => ids);
  kg.expose({
    // Positions and sizes in pixels from the corner of the map.
    get map() {
      return {
        points: all().map((id) => ({ id, at: atlas.spotOf(id) })).filter(({ at }) => at).map(({ id, at }) => ({ iri: iri(id), ...atlas.onScreen(at), own: nodes[id].point.own, from: nodes[id].point.from < 0 ? null : iri(nodes[id].point.from) })),
        items: atlas.items.map((item) => ({ iri: iri(item.id), ...atlas.onScreen(item), r: item.r, count: item.count || 1, spread: Boolean(item.stem) })),
        labels: atlas.labels.map((each) => ({ text: each.rows.join(" "), size: 13, iri: iri(each.item.id), ...atlas.onScreen(each), w: each.w, h: each.h })),
        overlaps: atlas.overlaps(), zoom: camera.scale, centre: [atlas.flat.long(camera.x), atlas.flat.lat(camera.y)], graticule: atlas.graticule, scale: atlas.scale, lines: atlas.lines,
        cursor: atlas.cursor < 0 ? null : iri(atlas.cursor), marked: atlas.marked().map(iri), faded: atlas.faded.map(({ id }) => iri(id)), placeless: atlas.placeless, unplaced: atlas.unplaced, filtered: atlas.filtered, width: atlas.width, height: atlas.height,
      };
    },
  });
})();
