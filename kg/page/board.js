// Where text goes: how wide it is, how it breaks, and what else stands there. For the network and the map.
(() => {
  const CELL = 48;
  const WIDTH = 132;
  const widths = new Map();

  function measure(ctx, text, font) {
    const key = `${font}${text}`;
    if (!widths.has(key)) { ctx.font = font; widths.set(key, ctx.measureText(text).width); }
    return widths.get(key);
  }
  // At most two lines; words stay whole where there are spaces.
  function wrap(ctx, text, font, full) {
    if (measure(ctx, text, font) <= WIDTH) return [text];
    const parts = text.match(/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s*|\s+/g) || [text];
    const fill = (limit) => {
      const rows = [""];
      for (const part of parts) {
        if (rows.at(-1) && measure(ctx, rows.at(-1) + part.trimEnd(), font) > limit) rows.push("");
        rows[rows.length - 1] += part;
      }
      return rows;
    };
    let rows = fill(WIDTH);
    for (let limit = WIDTH - 8; limit > WIDTH / 2; limit -= 8) { // as even as the number of rows allows
      const even = fill(limit);
      if (even.length > rows.length) break;
      rows = even;
    }
    const most = full ? 5 : 2;
    const kept = rows.slice(0, most).map((row) => row.trim());
    if (rows.length > most) kept[most - 1] += "…";
    return kept;
  }

  const shared = (a, b) => (Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) * (Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));
  const meet = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

  // Boxes by the cells of a grid that they touch.
  function board(through = () => false) {
    const grid = new Map();
    const cells = function* ({ x, y, w, h }) {
      for (let i = Math.floor(x / CELL); i <= Math.floor((x + w) / CELL); i += 1) {
        for (let j = Math.floor(y / CELL); j <= Math.floor((y + h) / CELL); j += 1) yield i * 100003 + j;
      }
    };
    return {
      add(box) { for (const cell of cells(box)) { if (!grid.has(cell)) grid.set(cell, []); grid.get(cell).push(box); } },
      free(box) {
        for (const cell of cells(box)) for (const other of grid.get(cell) || []) if (meet(box, other)) return false;
        return true;
      },
      // How much of other boxes a box would cover; Infinity where it may not.
      cover(box) {
        const under = new Set([...cells(box)].flatMap((cell) => grid.get(cell) || []).filter((other) => meet(box, other)));
        return [...under].reduce((sum, other) => sum + (through(other) ? shared(box, other) : Infinity), 0);
      },
    };
  }

  Object.assign(kg, { measure, wrap, board });
})();
