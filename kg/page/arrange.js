// Where the items of an opened part stand: pure geometry, the same numbers for the same input.
(() => {
  const UNIT = 105; // about the length of a link
  const ROUNDS = 30;
  const WIDE = 1.3; // labels are wide, so pictures are

  // The connected parts, the largest first.
  function components(near) {
    const seen = new Set();
    const parts = [];
    near.forEach((_, start) => {
      if (seen.has(start)) return;
      seen.add(start);
      const part = [start];
      for (const item of part) for (const other of near[item]) if (!seen.has(other)) { seen.add(other); part.push(other); }
      parts.push(part);
    });
    return parts.sort((a, b) => b.length - a.length || a[0] - b[0]);
  }
  function steps(near, start) {
    const reach = new Map([[start, 0]]);
    for (const [item, far] of reach) for (const other of near[item]) if (!reach.has(other)) reach.set(other, far + 1);
    return reach;
  }
  // Distances near to the lengths of the shortest paths, by gradient descent in a fixed order of the pairs.
  function stress(part, near) {
    const hub = part.reduce((best, item) => (near[item].length > near[best].length ? item : best), part[0]);
    const at = new Map([...steps(near, hub).keys()].map((item, i) => [item, {
      x: (Math.cos(i * 2.39996) * UNIT * Math.sqrt(i)) / 2, y: (Math.sin(i * 2.39996) * UNIT * Math.sqrt(i)) / 2,
    }]));
    const length = (a, b, far) => UNIT * far * (0.8 + 0.05 * Math.sqrt(near[a].length + near[b].length));
    const pairs = [];
    for (const a of part) for (const [b, far] of steps(near, a)) if (a < b) pairs.push([at.get(a), at.get(b), length(a, b, far)]);
    if (!pairs.length) return at;
    let stride = Math.floor(pairs.length * 0.618) | 1;
    const shared = (a, b) => (b ? shared(b, a % b) : a);
    while (shared(stride, pairs.length) > 1) stride += 2;
    const longest = pairs.reduce((most, pair) => Math.max(most, pair[2]), 0);
    let pull = longest ** 2;
    const decay = ((0.1 * UNIT ** 2) / pull) ** (1 / (ROUNDS - 1));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let i = 0; i < pairs.length; i += 1) {
        const [a, b, want] = pairs[(i * stride) % pairs.length];
        const [dx, dy] = [a.x - b.x, a.y - b.y];
        const far = Math.hypot(dx, dy) || 1e-9;
        const move = (Math.min(1, pull / want ** 2) * (far - want)) / 2 / far;
        a.x -= move * dx; a.y -= move * dy; b.x += move * dx; b.y += move * dy;
      }
      pull *= decay;
    }
    return at;
  }
  // Wider than high, as the picture is.
  function lie(points) {
    const far = (side) => Math.max(...points.map((point) => point[side])) - Math.min(...points.map((point) => point[side]));
    if (far("y") > far("x")) for (const point of points) [point.x, point.y] = [point.y, point.x];
  }
  // Apart until no two boxes overlap; grown a little whenever pushing does not end.
  function free(points, boxes) {
    for (const point of points) point.x *= WIDE;
    for (let round = 1, moved = true; moved && round < 400; round += 1) {
      moved = false;
      for (let i = 0; i < points.length; i += 1) for (let j = 0; j < i; j += 1) {
        const [a, b] = [points[i], points[j]];
        const [x, y] = [(boxes[i].w + boxes[j].w) / 2 - Math.abs(a.x - b.x), (boxes[i].h + boxes[j].h) / 2 - Math.abs(a.y - b.y)];
        if (x <= 0.2 || y <= 0.2) continue;
        moved = true;
        const [axis, by] = y <= 0.7 * x ? ["y", y / 2 + 0.2] : ["x", x / 2 + 0.2];
        const sign = a[axis] >= b[axis] ? 1 : -1;
        a[axis] += sign * by;
        b[axis] -= sign * by;
      }
      if (round % 20 === 0) for (const point of points) { point.x *= 1.04; point.y *= 1.04; }
    }
  }
  // The parts on shelves, all centred on (0, 0).
  function pack(parts, boxes, points) {
    const GAP = 24;
    const frames = parts.map((part) => {
      const edge = (side, sign, of) => of(...part.map((item) => points[item][side] + (sign * boxes[item][side === "x" ? "w" : "h"]) / 2));
      const [left, top] = [edge("x", -1, Math.min), edge("y", -1, Math.min)];
      return { part, left, top, w: edge("x", 1, Math.max) - left + GAP, h: edge("y", 1, Math.max) - top + GAP };
    });
    const room = Math.max(Math.sqrt(frames.reduce((sum, { w, h }) => sum + w * h, 0) * 1.6), ...frames.map(({ w }) => w));
    let [x, y, shelf, across] = [0, 0, 0, 0];
    for (const each of frames) {
      if (x && x + each.w > room) [x, y, shelf] = [0, y + shelf, 0];
      for (const item of each.part) { points[item].x += x - each.left; points[item].y += y - each.top; }
      x += each.w;
      [shelf, across] = [Math.max(shelf, each.h), Math.max(across, x)];
    }
    for (const point of points) { point.x = Math.round(point.x - (across - GAP) / 2); point.y = Math.round(point.y - (y + shelf - GAP) / 2); }
  }
  // Places for boxes {w, h}; `links` are pairs of their numbers.
  kg.arrange = (boxes, links) => {
    const near = boxes.map(() => []);
    for (const [a, b] of links) { near[a].push(b); near[b].push(a); }
    const points = boxes.map(() => null);
    const parts = components(near);
    for (const part of parts) {
      const at = stress(part, near);
      for (const [item, point] of at) points[item] = point;
      lie([...at.values()]);
      free(part.map((item) => points[item]), part.map((item) => boxes[item]));
    }
    pack(parts, boxes, points);
    return points;
  };

  // Places around a point for more boxes, in their order around it, where a board has room.
  kg.surround = (centre, boxes, board, turn) => boxes.map((box, i) => {
    const wanted = turn + (2 * Math.PI * (i + 0.5)) / boxes.length;
    for (let ring = UNIT; ; ring += 30) {
      const least = Math.min(0.5, 26 / ring);
      for (let k = 0; k * least <= Math.min(Math.PI, 0.5 + (ring - UNIT) / 400); k += 1) {
        for (const sign of k ? [1, -1] : [1]) {
          const angle = wanted + sign * k * least;
          const point = { x: Math.round(centre.x + WIDE * ring * Math.cos(angle)), y: Math.round(centre.y + ring * Math.sin(angle)) };
          const spot = { x: point.x - box.w / 2, y: point.y - box.h / 2, w: box.w, h: box.h };
          if (board.free(spot)) { board.add(spot); return point; }
        }
      }
    }
  });
})();
