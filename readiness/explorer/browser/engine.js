"use strict";
// Steps 10 and 11 of the method in the browser: the same formulas as readiness/engine/, over the
// normalised scores that the page carries. A test holds the two together.
readiness.engine = (() => {
  const TIE = 1e-12;
  const GEOMETRIC = 1e-6;
  const EXPONENTS = { arithmetic: 1, geometric: 0, harmonic: -1 };

  const exponentOf = (node) => (node.method === "power" ? node.p : EXPONENTS[node.method]);

  // x to the power of p; its logarithm for the geometric mean.
  function power(x, p) {
    if (Math.abs(p) < GEOMETRIC) return Math.log(x);
    if (p === 1) return x;
    if (p === 0.5) return Math.sqrt(x);
    if (p === 2) return x * x;
    return p === -1 ? 1 / x : Math.pow(x, p);
  }

  const root = (mean, p) => (Math.abs(p) < GEOMETRIC ? Math.exp(mean) : power(mean, 1 / p));

  // What to measure the parts in, so that a high power of them stays in range.
  function unitOf(parts, weights, p) {
    if (Math.abs(p) <= 2) return 1;
    let unit = NaN;
    parts.forEach((x, j) => {
      if (!(weights[j] > 0 && x > 0)) return;
      if (Number.isNaN(unit) || (p > 0 ? x > unit : x < unit)) unit = x;
    });
    return Number.isFinite(unit) ? unit : 1;
  }

  function powerMean(parts, weights, p) {
    const unit = unitOf(parts, weights, p);
    let total = 0;
    let weight = 0;
    let zero = false;
    parts.forEach((x, j) => {
      if (Number.isNaN(x)) return;
      if (x === 0 && p < GEOMETRIC) {
        if (weights[j] > 0) zero = true;
        x = 1;
      }
      total += weights[j] * power(x / unit, p);
      weight += weights[j];
    });
    if (!(weight > 0)) return NaN;
    return zero ? 0 : root(total / weight, p) * unit;
  }

  function minimum(parts, weights) {
    const there = parts.filter((x, j) => !Number.isNaN(x) && weights[j] > 0);
    return there.length ? Math.min(...there) : NaN;
  }

  // The first part up to which more than half the weight lies; between two where exactly half does.
  function median(parts, weights) {
    const there = parts
      .map((x, j) => [x, weights[j]])
      .filter(([x, w]) => !Number.isNaN(x) && w > 0)
      .sort((a, b) => a[0] - b[0]);
    if (!there.length) return NaN;
    const total = there.reduce((sum, [, w]) => sum + w, 0);
    let below = 0;
    let lower = null;
    for (const [x, w] of there) {
      below += w;
      if (lower === null && below >= total / 2 - total * TIE) lower = x;
      if (below > total / 2 + total * TIE) return (lower + x) / 2;
    }
    return lower;
  }

  // How many countries each one beats, less how many beat it.
  function copeland(columns, weights, propagate, rescale) {
    const size = columns[0].length;
    const used = columns.map((column, j) => (weights[j] > 0 ? column : null));
    const has = (i) => used.map((column) => column !== null && !Number.isNaN(column[i]));
    const playing = Array.from({ length: size }, (_, i) =>
      propagate ? has(i).every((there, j) => there || used[j] === null) : has(i).some(Boolean));
    const level = used.map((column) => {
      if (column === null) return 0;
      const sizes = column.filter((x, i) => playing[i] && !Number.isNaN(x)).map(Math.abs);
      return TIE * Math.max(1, ...sizes);
    });
    const wins = (i) => {
      let net = 0;
      for (let k = 0; k < size; k += 1) {
        if (!playing[k]) continue;
        let margin = 0;
        let shared = 0;
        used.forEach((column, j) => {
          if (column === null) return;
          const gap = column[i] - column[k];
          if (Number.isNaN(gap)) return;
          shared += weights[j];
          if (gap > level[j]) margin += weights[j];
          else if (gap < -level[j]) margin -= weights[j];
        });
        const share = shared === 0 ? 0 : margin / shared;
        if (share > TIE) net += 1;
        else if (share < -TIE) net -= 1;
      }
      return net;
    };
    const most = Math.max(playing.filter(Boolean).length - 1, 0);
    return Float64Array.from({ length: size }, (_, i) => {
      if (!playing[i]) return NaN;
      const net = wins(i);
      if (!rescale) return net;
      return most > 0 ? (net + most) / (2 * most) : 0.5;
    });
  }

  function one(node, parts, weights) {
    if (node.method === "minimum") return minimum(parts, weights);
    if (node.method === "median") return median(parts, weights);
    return powerMean(parts, weights, exponentOf(node));
  }

  function nodeColumn(model, node, columns, weights) {
    const parts = node.parts.map((position) => columns[position]);
    if (node.method === "copeland") return copeland(parts, weights, model.propagate, node.rescale);
    return Float64Array.from({ length: model.countries.length }, (_, i) => {
      const row = parts.map((column) => column[i]);
      if (model.propagate && row.some((x, j) => Number.isNaN(x) && weights[j] > 0)) return NaN;
      return one(node, row, weights);
    });
  }

  // Weights by the id of their part, relative within the node: those given, else the published ones.
  function weightsOf(model, node, given) {
    return node.parts.map((position, j) => {
      const part = position < model.nodes.length
        ? model.nodes[position] : model.indicators[position - model.nodes.length];
      return given && given[part.id] !== undefined ? given[part.id] : node.weights[j];
    });
  }

  // The score of every node, parents first, then the indicators: one column of countries each.
  function columns(model, given) {
    const count = model.nodes.length;
    const done = new Array(count).concat(model.indicators.map((item) => item.column));
    for (let n = count - 1; n >= 0; n -= 1) {
      const node = model.nodes[n];
      const made = nodeColumn(model, node, done, weightsOf(model, node, given));
      node.below.forEach((row) => { made[row] = NaN; });
      done[n] = made;
    }
    return done;
  }

  // Ranked: enough figures in all, and a score for the index and for every node directly below it.
  function ranked(model, done) {
    const needed = [0, ...model.nodes[0].parts.filter((position) => position < model.nodes.length)];
    return model.countries.map((_, i) =>
      model.enough[i] && needed.every((position) => Number.isFinite(done[position][i])));
  }

  function roundHalfUp(x, decimals) {
    if (decimals === null) return x;
    const factor = Math.pow(10, decimals);
    return Math.floor(x * factor + 0.5 + 1e-9) / factor;
  }

  // Ranks, best first; NaN for the unranked.
  function ranks(model, scores, taking) {
    const keys = scores.map((score) => roundHalfUp(score, model.decimals));
    const order = [...keys.keys()].filter((i) => taking[i]).sort((a, b) => keys[b] - keys[a]);
    const found = new Array(keys.length).fill(NaN);
    let place = 0;
    for (let start = 0, end; start < order.length; start = end) {
      for (end = start; end < order.length && keys[order[end]] === keys[order[start]];) end += 1;
      place += 1;
      const rank = { min: start + 1, max: end, average: (start + 1 + end) / 2, dense: place }[model.ties];
      for (let i = start; i < end; i += 1) found[order[i]] = rank;
    }
    return found;
  }

  // Score and rank all countries under weights; none given are the published ones.
  function rescore(model, given) {
    const done = columns(model, given);
    const taking = ranked(model, done);
    return { columns: done, ranked: taking, ranks: ranks(model, [...done[0]], taking) };
  }

  // What each part of a power mean gives to the gap between two countries: terms that sum to it (the
  // generalised logarithmic mean); nothing where a part is missing or the mean is of another kind.
  function gap(node, weights, a, b, ya, yb) {
    const p = exponentOf(node);
    if (p === undefined || [...a, ...b].some(Number.isNaN)) return null;
    if (p < GEOMETRIC && [...a, ...b].some((x) => x === 0)) return null;
    const total = weights.reduce((sum, w) => sum + w, 0);
    const g = (x) => power(x, p);
    const change = g(ya) - g(yb);
    if (ya === yb || change === 0) return null;
    const slope = (ya - yb) / change;
    return weights.map((w, j) => (w / total) * (g(a[j]) - g(b[j])) * slope);
  }

  // The model as it lies in the page, its columns as numbers; null is missing.
  function read(text) {
    const model = JSON.parse(text);
    model.indicators.forEach((item) => {
      item.column = Float64Array.from(item.scores, (x) => (x === null ? NaN : x));
      delete item.scores;
    });
    return model;
  }

  return { read, rescore, weightsOf, gap };
})();
