// Shapes and colours of the groups of classes: one outline for the canvas and for the legend.
(() => {
  const ring = (count, turn = 0, radius = () => 1) =>
    Array.from({ length: count }, (_, i) => {
      const angle = ((i + turn) / count) * 2 * Math.PI - Math.PI / 2;
      return [radius(i) * Math.cos(angle), radius(i) * Math.sin(angle)];
    });
  const scaled = (points, by) => points.map(([x, y]) => [x * by, y * by]);
  const SHAPES = [
    null, // a disc
    scaled(ring(4, 0.5), 1.22),
    scaled(ring(3), 1.3).map(([x, y]) => [x, y + 0.15]),
    scaled(ring(4), 1.22),
    scaled(ring(6), 1.1),
    scaled(ring(3, 0.5), 1.3).map(([x, y]) => [x, y - 0.15]),
    scaled(ring(10, 0, (i) => (i % 2 ? 0.5 : 1)), 1.35),
    [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]],
    [[-1.15, -0.7], [1.15, -0.7], [1.15, 0.7], [-1.15, 0.7]],
  ];
  kg.style = (group) => (group < 0 ? SHAPES.length - 1 : group % SHAPES.length);
  // Added to the path that is begun, for many in one stroke.
  kg.trace = (ctx, group, x, y, r) => {
    const points = SHAPES[kg.style(group)];
    if (!points) { ctx.moveTo(x + r, y); ctx.arc(x, y, r, 0, 2 * Math.PI); }
    else points.forEach(([px, py], i) => (i ? ctx.lineTo(x + px * r, y + py * r) : ctx.moveTo(x + px * r, y + py * r)));
    ctx.closePath();
  };
  // The outline alone, around (0, 0), for drawings in SVG.
  kg.shape = (group, r, attributes = {}) => {
    const points = SHAPES[kg.style(group)];
    const d = points && `M${points.map(([x, y]) => `${(x * r).toFixed(1)} ${(y * r).toFixed(1)}`).join("L")}Z`;
    return points ? kg.svg("path", { d, ...attributes }) : kg.svg("circle", { r: (r * 1.03).toFixed(1), ...attributes });
  };
  kg.glyph = (group) => kg.svg("svg", { class: `glyph g${kg.style(group)}`, viewBox: "-9 -9 18 18", "aria-hidden": "true" }, kg.shape(group, 5.6));

  // A link selects here; elsewhere, as when it is opened in a new tab, it is the node's address.
  kg.nodeLink = (id, ...rest) => {
    const node = kg.model.nodes[id];
    return kg.el("a", { href: kg.hash(node.iri), onclick: (event) => {
      if (kg.addressed && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      kg.select(id, { jump: true, focus: true });
    } }, kg.glyph(node.group), kg.spoken(kg.pick(node.labels)), ...rest);
  };

  // ---- colours, from the style sheet -----------------------------------------------------------------
  let ink = null;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  kg.isDark = () => (kg.root.dataset.theme ? kg.root.dataset.theme === "dark" : dark.matches);
  kg.colours = () => {
    if (ink) return ink;
    const style = getComputedStyle(kg.root);
    const colour = (key) => style.getPropertyValue(`--${key}`).trim();
    ink = Object.fromEntries(["paper", "card", "ink", "soft", "link", "line", "accent", "rim"].map((key) => [key, colour(key)]));
    ink.groups = SHAPES.map((_, i) => colour(`g${i}`));
    ink.font = getComputedStyle(document.body).fontFamily;
    return ink;
  };
  function wear(theme) {
    if (theme) kg.root.dataset.theme = theme; else delete kg.root.dataset.theme;
    ink = null;
  }
  kg.on((changed) => { if (changed.has("theme")) wear(kg.state.theme); });
  dark.addEventListener("change", () => kg.state.changed("theme"));
  addEventListener("beforeprint", () => { wear("light"); kg.state.changed("print"); });
  addEventListener("afterprint", () => kg.state.changed("theme"));
  kg.expose({ get dark() { return kg.isDark(); } });
})();
