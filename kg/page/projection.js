// Degrees on a flat sheet: where the sheet is cut, its graticule, its scale.
(() => {
  const KM = 111.195; // in a degree of latitude
  const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000, 54000, 108000, 162000]; // seconds of arc
  const radians = (degrees) => (degrees * Math.PI) / 180;
  // Into -180 (included) to 180.
  const turn = (long) => ((((long + 180) % 360) + 360) % 360) - 180;
  kg.words({
    zh: { south: (at) => `南纬${at}`, north: (at) => `北纬${at}`, west: (at) => `西经${at}`, east: (at) => `东经${at}`, metres: (n) => `${n} 米`, km: (n) => `${n} 公里` },
    en: { south: (at) => `${at}S`, north: (at) => `${at}N`, west: (at) => `${at}W`, east: (at) => `${at}E`, metres: (n) => `${n} m`, km: (n) => `${n} km` },
  });

  // Where no point is for more than 60 degrees the sheet may be cut; else it is cut at 180 degrees.
  function middle(longs) {
    const sorted = [...new Set(longs.map(turn))].sort((a, b) => a - b);
    let [widest, start] = [60, -1];
    sorted.forEach((long, i) => {
      const gap = (i + 1 < sorted.length ? sorted[i + 1] : sorted[0] + 360) - long;
      if (gap > widest) [widest, start] = [gap, (i + 1) % sorted.length];
    });
    return start < 0 ? 0 : turn(sorted[start] + (360 - widest) / 2);
  }
  // Equirectangular, true to shape in the middle of the points: sound at the poles too. x and y grow by degrees of latitude.
  kg.flat = (points) => {
    let [south, north] = [90, -90];
    for (const { lat } of points) [south, north] = [Math.min(south, lat), Math.max(north, lat)];
    const squeeze = Math.max(0.2, Math.cos(radians((south + north) / 2)));
    const centre = middle(points.map(({ long }) => long));
    return { squeeze, x: (long) => turn(long - centre) * squeeze, y: (lat) => -lat, long: (x) => turn(centre + x / squeeze), lat: (y) => -y, centre };
  };

  // ---- the graticule: meridians and parallels at whole degrees, minutes or seconds, `most` pixels apart or more ----
  const step = (pixels, least) => STEPS.find((seconds) => (seconds / 3600) * pixels >= least) || 324000;
  function between(from, to, by) {
    const found = [];
    for (let i = Math.ceil((from * 3600) / by); i * by <= to * 3600 + 1e-6; i += 1) found.push(i * by);
    return found;
  }
  kg.graticule = (flat, { left, right, top, foot }, scale) => {
    const clip = (value, most) => Math.min(most, Math.max(-most, value));
    const [west, east] = [left, right].map((x) => flat.centre + clip(x / flat.squeeze, 180));
    const parallels = between(clip(flat.lat(foot), 90), clip(flat.lat(top), 90), step(scale, 80));
    const meridians = between(west, east, step(scale * flat.squeeze, 100));
    return {
      parallels: parallels.map((at) => ({ at, y: flat.y(at / 3600) })),
      meridians: meridians.map((at) => ({ at, x: (at / 3600 - flat.centre) * flat.squeeze })),
      edges: { west: -180 * flat.squeeze, east: 180 * flat.squeeze, north: -90, south: 90 },
    };
  };
  function degrees(seconds) {
    const [d, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return `${d}°${m || s ? `${kg.two(m)}′` : ""}${s ? `${kg.two(s)}″` : ""}`;
  }
  kg.latitude = (seconds) => (seconds ? kg.say(seconds < 0 ? "south" : "north", degrees(Math.abs(seconds))) : "0°");
  kg.longitude = (seconds) => {
    const at = Math.round(turn(seconds / 3600) * 3600);
    return at === 0 ? "0°" : at === -648000 ? "180°" : kg.say(at < 0 ? "west" : "east", degrees(Math.abs(at)));
  };
  // A point in words, as exact as five digits.
  kg.coordinates = ({ lat, long }) => {
    const told = (value, [less, more]) => kg.say(value < 0 ? less : more, `${Number(Math.abs(value).toFixed(5))}°`);
    return [told(lat, ["south", "north"]), told(long, ["west", "east"])].join(kg.say("comma"));
  };

  // The roundest length along a parallel that fits into `most` pixels.
  kg.yardstick = (flat, lat, scale, most) => {
    const across = (KM * Math.max(0.01, Math.cos(radians(lat)))) / (scale * flat.squeeze); // km in a pixel
    const power = 10 ** Math.floor(Math.log10(across * most));
    const km = [5, 2, 1].map((n) => n * power).find((length) => length <= across * most * 1.0001) || power;
    return { km, pixels: km / across, text: km < 1 ? kg.say("metres", Number((km * 1000).toPrecision(1))) : kg.say("km", Number(km.toPrecision(1))) };
  };
})();
