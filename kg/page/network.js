// The network: vis keeps the camera and finds what is under the pointer.
(() => {
  const { $, model, net, state } = kg;
  const { nodes, lines, links } = model;
  let network = null;
  let dataset = null;
  let canvas = null;
  let fresh = false; // made, but not yet seen
  kg.words({
    zh: { network: "关系网络", tools: "图的工具", in: "放大", out: "缩小", fit: "显示全图" },
    en: { network: "Network", tools: "Tools of the graph", in: "Zoom in", out: "Zoom out", fit: "Show all of the graph" },
  });

  // ---- the camera ------------------------------------------------------------------------------------
  net.scale = () => (network ? network.getScale() : 1);
  const glide = () => (kg.calm.matches ? false : { duration: 260, easingFunction: "easeInOutQuad" });
  const clamp = (scale) => Math.min(6, Math.max(0.04, scale));
  // The middle of boxes, and the scale at which they just fill the picture.
  function frame(boxes) {
    const { clientWidth: width, clientHeight: height } = $("graph");
    const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
    const [right, foot] = [Math.max(...boxes.map((box) => box.x + box.w)), Math.max(...boxes.map((box) => box.y + box.h))];
    return { x: (left + right) / 2, y: (top + foot) / 2, scale: Math.min((width - 28) / (right - left || 1), (height - 28) / (foot - top || 1)) };
  }
  const discs = (ids, scale) => ids.map((id) => {
    const r = net.size(id, scale);
    return { x: nodes[id].x - r, y: nodes[id].y - r, w: 2 * r, h: 2 * r };
  });
  // All nodes and, as far as two rounds go, all labels within the picture.
  function fit(animation = false) {
    const shown = model.visible().nodes;
    if (!shown.length) return;
    let scale = clamp(Math.min(1.5, frame(discs(shown, 1)).scale));
    const least = 0.8 * scale; // on a small screen the nodes matter more than the labels at the edge
    let whole = frame(discs(shown, scale));
    for (let round = 0; round < 2; round += 1) {
      const labels = net.place(canvas, scale).map(({ x, y, w, h }) => ({ x: x / scale, y: y / scale, w: w / scale, h: h / scale }));
      whole = frame([...discs(shown, scale), ...labels]);
      scale = Math.max(least, clamp(Math.min(scale, whole.scale)));
    }
    network.moveTo({ position: whole, scale, animation });
  }
  const zoom = (by) => network.moveTo({ scale: clamp(network.getScale() * by), animation: glide() });
  // A node that is found or linked to comes with its neighbours, as far as they can be read together.
  function reveal(id, jump) {
    const { x, y } = network.canvasToDOM(nodes[id]);
    const { clientWidth: width, clientHeight: height } = $("graph");
    const inside = x > width * 0.12 && x < width * 0.88 && y > height * 0.12 && y < height * 0.88;
    const scale = network.getScale();
    if (!jump) { if (!inside) network.moveTo({ position: nodes[id], scale, animation: glide() }); return; }
    const part = frame(discs([...net.near], 1));
    const together = Math.min(1.2, 0.8 * part.scale);
    if (inside && scale > 0.9 * together && scale > 0.6) return;
    const readable = together > 0.6;
    network.moveTo({ position: readable ? part : nodes[id], scale: readable ? together : 0.8, animation: glide() });
  }

  // ---- the keyboard ----------------------------------------------------------------------------------
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function step([dx, dy]) {
    const shown = model.visible().nodes;
    const from = net.cursor >= 0 && model.visible().has(net.cursor) ? net.cursor : -1;
    let best = from < 0 ? shown[0] : -1;
    let least = Infinity;
    for (const id of from < 0 ? [] : shown) {
      const [x, y] = [nodes[id].x - nodes[from].x, nodes[id].y - nodes[from].y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (id !== from && along > 0 && aside <= 2 * along && along + 2 * aside < least) [best, least] = [id, along + 2 * aside];
    }
    if (best === undefined || best < 0) return;
    net.cursor = best;
    net.version += 1;
    reveal(best, false);
    network.redraw();
    kg.announce(kg.say("at", kg.nodeName(best), kg.name(kg.kindOf(best))));
  }
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (WAYS[event.key]) step(WAYS[event.key]);
    else if (event.key === "Enter" && net.cursor >= 0) kg.select(net.cursor, { focus: true });
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit(glide());
    else return;
    net.moved = event.key !== "0";
    event.preventDefault();
  }

  // ---- the pointer -----------------------------------------------------------------------------------
  function hover(id) {
    if (id === net.hovered) return;
    net.hovered = id;
    $("graph").classList.toggle("over", id >= 0);
    network.redraw();
  }
  function hoverLine(event) {
    const corner = $("graph").getBoundingClientRect();
    const at = network.DOMtoCanvas({ x: event.clientX - corner.left, y: event.clientY - corner.top });
    let best = null;
    let least = 5 / network.getScale();
    if (net.hovered < 0 && event.pointerType === "mouse" && event.buttons === 0) {
      for (const line of lines) {
        const [a, b] = [nodes[line.a], nodes[line.b]];
        const [dx, dy] = [b.x - a.x, b.y - a.y];
        const t = Math.min(1, Math.max(0, ((at.x - a.x) * dx + (at.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
        const far = Math.hypot(a.x + t * dx - at.x, a.y + t * dy - at.y);
        if (far < least && net.drawn(line) && (!net.near || net.strong(line))) [best, least] = [line, far];
      }
    }
    if (best !== net.hoveredPair) { net.hoveredPair = best; network.redraw(); }
  }
  function listen() {
    network.on("beforeDrawing", net.drawLines);
    network.on("afterDrawing", net.drawLabels);
    network.on("zoom", () => { net.moved = true; const scale = network.getScale(); if (clamp(scale) !== scale) network.moveTo({ scale: clamp(scale) }); });
    network.on("dragEnd", () => { net.moved = true; });
    network.on("resize", () => { if (!net.moved) fit(); });
    network.on("click", ({ pointer }) => { const id = network.getNodeAt(pointer.DOM); kg.select(id === undefined ? -1 : id); });
    network.on("hoverNode", ({ node }) => hover(node));
    network.on("blurNode", () => hover(-1));
    let pending = null;
    $("graph").addEventListener("pointermove", (event) => {
      if (pending === null) requestAnimationFrame(() => { hoverLine(pending); pending = null; });
      pending = event;
    });
    $("graph").addEventListener("pointerleave", () => { net.hoveredPair = null; hover(-1); network.redraw(); });
    $("graph").addEventListener("keydown", press);
    $("in").addEventListener("click", () => { net.moved = true; zoom(1.4); });
    $("out").addEventListener("click", () => { net.moved = true; zoom(1 / 1.4); });
    $("fit").addEventListener("click", () => { net.moved = false; fit(glide()); });
  }

  kg.view({
    id: "network",
    label: { zh: "网络", en: "Network" },
    icon: "M5 6.5a2 2 0 1 0 0-.1M15 5a2 2 0 1 0 0-.1M11 15.5a2 2 0 1 0 0-.1M6.9 6.2l4.2-.9M6 8.3l4 5.5M12.2 13.6l1.9-6.8",
    mount() {
      dataset = new vis.DataSet(nodes.map(({ id, x, y }) => ({ id, x, y, hidden: !model.visible().has(id) })));
      network = new vis.Network($("graph"), { nodes: dataset, edges: links.map(({ from, to }, id) => ({ id, from, to })) }, {
        nodes: { shape: "custom", ctxRenderer: net.drawNode, chosen: false },
        edges: { hidden: true, smooth: false, chosen: false }, // kept for the model, drawn in one stroke by drawLines
        physics: false,
        layout: { improvedLayout: false },
        interaction: { hover: true, dragNodes: false, keyboard: false, selectable: false, selectConnectedEdges: false, tooltipDelay: 1e9 },
      });
      const panel = $("graph").querySelector(".vis-network");
      panel.tabIndex = -1;
      panel.style.outline = "none";
      canvas = panel.querySelector("canvas").getContext("2d");
      fresh = true;
      listen();
    },
    refresh(_, changed, how) {
      const { selected } = state;
      if (changed.has("selected")) {
        net.cursor = selected;
        net.near = selected < 0 ? null : model.near(selected);
      }
      if (model.filtering(changed) && !fresh) dataset.update(nodes.map(({ id }) => ({ id, hidden: !model.visible().has(id) })));
      if (changed.size) net.version += 1;
      if (changed.has("lang")) $("graph").setAttribute("aria-label", kg.say("graph", nodes.length, links.length));
      if (fresh) fit();
      if ((how.jump || changed.has("shown")) && selected >= 0) reveal(selected, true);
      else if ((changed.has("lang") || changed.has("shown")) && !fresh && !net.moved && selected < 0) fit();
      fresh = false;
      network.redraw();
    },
    focus: () => $("graph").focus(),
  });
  kg.expose({
    get cursor() { return net.cursor < 0 ? null : nodes[net.cursor].iri; },
    get zoom() { return net.scale(); },
    at: (iri) => network.canvasToDOM(nodes[model.byIri.get(iri)]),
    zoomTo: (scale) => { network.moveTo({ scale }); network.redraw(); },
  });
})();
