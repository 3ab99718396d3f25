// Places that would cover each other: spread around their point where there is room, else counted as one.
(() => {
  const SIZE = 30; // pixels between clusters: room for a target and its neighbour
  const RING = 26;
  const EACH = 25;
  const RINGS = 3;
  const capacity = (ring) => Math.floor((2 * Math.PI * RING * ring) / EACH);
  function rings(count) {
    let [ring, left] = [0, count];
    while (left > 0) { ring += 1; left -= capacity(ring); }
    return ring;
  }
  // Where the i-th of `count` places of one point stands, in pixels from it; the first stands on it.
  function petal(i, count) {
    if (!i) return [0, 0];
    let [ring, first] = [1, 1];
    while (i >= first + capacity(ring)) { first += capacity(ring); ring += 1; }
    const many = Math.min(capacity(ring), count - first);
    const angle = ((i - first) / many + (many % 4 ? 0 : 0.5 / many)) * 2 * Math.PI - Math.PI / 2;
    return [RING * ring * Math.cos(angle), RING * ring * Math.sin(angle)];
  }

  // Spots ({x, y, ids}, most important first) in clusters { x, y, spots, ids, rings } at a scale; `first` are ids that lead theirs.
  // `of` is the number of the cluster by id. The same whatever part of the map is in sight.
  kg.clusters = (spots, scale, first, total) => {
    const leads = first.size ? spots.filter(({ ids }) => ids.some((id) => first.has(id))) : [];
    const led = new Set(leads);
    const grid = new Map();
    const list = [];
    const of = new Int32Array(total).fill(-1);
    const cell = (value) => Math.floor((value * scale) / SIZE);
    // Cells that share a key are told apart by distance.
    const key = (i, j) => Math.imul(i, 73856093) ^ Math.imul(j, 19349663);
    const far = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) * scale;
    function near(spot, reach, visit) {
      const [i, j] = [cell(spot.x), cell(spot.y)];
      for (let a = i - reach; a <= i + reach; a += 1) for (let b = j - reach; b <= j + reach; b += 1) {
        const found = grid.get(key(a, b));
        if (found) found.forEach(visit);
      }
    }
    function join(spot) {
      let [least, closest] = [SIZE, null];
      near(spot, 1, (cluster) => { const away = far(cluster, spot); if (away < least) [least, closest] = [away, cluster]; });
      if (closest) { closest.spots.push(spot); return; }
      const cluster = { x: spot.x, y: spot.y, spots: [spot], ids: spot.ids, rings: 0 };
      const at = key(cell(spot.x), cell(spot.y));
      list.push(cluster);
      if (grid.has(at)) grid.get(at).push(cluster); else grid.set(at, [cluster]);
    }
    leads.forEach(join);
    for (const spot of spots) if (!led.has(spot)) join(spot);
    list.forEach((cluster, number) => {
      if (cluster.spots.length > 1) cluster.ids = cluster.spots.flatMap((spot) => spot.ids);
      for (const id of cluster.ids) of[id] = number;
      if (led.has(cluster.spots[0])) cluster.ids = [...cluster.ids.filter((id) => first.has(id)), ...cluster.ids.filter((id) => !first.has(id))];
    });
    for (const cluster of list) {
      if (cluster.spots.length > 1 || cluster.ids.length < 2) continue;
      const wanted = rings(cluster.ids.length - 1);
      const room = RING * wanted + SIZE / 2;
      if (wanted > RINGS) continue;
      let full = false;
      near(cluster, Math.ceil((room + RING * RINGS + SIZE / 2) / SIZE), (other) => { full = full || (other !== cluster && far(cluster, other) < room + RING * other.rings + SIZE / 2); });
      if (full) continue;
      cluster.rings = wanted;
      // Spread, its own place stands on the point whoever is selected.
      cluster.ids = cluster.spots[0].ids;
    }
    return { list, of };
  };
  Object.assign(kg.clusters, { petal, SIZE, RING, most: 1 + capacity(1) + capacity(2) + capacity(3) });
})();
