"use strict";
// The tile map: shaded by the index or any part of it, under the weights of the address.

readiness.map = () => {
  const { state, number, engine, weights } = readiness;
  const model = engine.read(readiness.data("model"));
  const extra = JSON.parse(readiness.data("extra"));
  const svg = document.getElementById("map");
  const choice = document.getElementById("part");
  const info = document.getElementById("tile");
  const legend = document.getElementById("legend");
  const note = document.getElementById("own");
  const tiles = [...svg.querySelectorAll("a")];
  const index = new Map(model.countries.map((code, i) => [code, i]));
  const at = new Map(model.nodes.map((node, n) => [node.id, n]));
  model.indicators.forEach((item, k) => at.set(item.id, model.nodes.length + k));
  let column = [];
  let result = null;
  let own = false;

  // Fifths of the countries that have a score, as numpy's quantile parts them.
  function bounds(values) {
    const sorted = [...values].sort((a, b) => a - b);
    if (new Set(sorted).size < 5) return [];
    return [1, 2, 3, 4].map((k) => {
      const where = ((sorted.length - 1) * k) / 5;
      const low = Math.floor(where);
      return sorted[low] + (where - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
    });
  }

  function describe(tile) {
    const i = index.get(tile.dataset.code);
    const rank = result.ranks[i];
    const range = model.ranges[i];
    const first = at.get(choice.value) === 0;
    const place = !Number.isFinite(rank) ? "not ranked"
      : own ? `rank ${rank} with your weights`
        : range ? `rank ${rank}, between ${range[0]} and ${range[1]} in nine of ten draws` : `rank ${rank}`;
    return `${model.names[i]}: ${extra.titles[choice.value]} ${number(column[i])}${first ? `, ${place}` : ""}`;
  }

  function draw() {
    const part = at.has(choice.value) ? choice.value : model.nodes[0].id;
    const given = weights.parse(model, state.get("w"));
    own = Object.keys(given).length > 0;
    note.hidden = !own;
    result = engine.rescore(model, given);
    column = result.columns[at.get(part)];
    const root = at.get(part) === 0;
    const counts = (i) => Number.isFinite(column[i]) && (!root || result.ranked[i]);
    const ends = bounds(model.countries.map((_, i) => i).filter(counts).map((i) => column[i]));
    tiles.forEach((tile) => {
      const i = index.get(tile.dataset.code);
      const band = counts(i) ? ends.filter((end) => column[i] >= end).length : null;
      tile.setAttribute("class", band === null ? "none" : `b${ends.length ? band : 2}`);
      tile.querySelector("title").textContent = describe(tile);
    });
    const words = ends.length
      ? [`under ${number(ends[0])}`, ...[0, 1, 2].map((k) => `${number(ends[k])} to ${number(ends[k + 1])}`), `${number(ends[3])} and over`]
      : [];
    legend.replaceChildren(...words.map((word, k) => readiness.make("li", { class: `b${k}` }, word)),
      readiness.make("li", { class: "none" }, root ? "not ranked" : "no score"));
  }

  // One stop of the keyboard for the whole map; arrows go from tile to tile.
  function step(tile, event) {
    const turns = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const turn = turns[event.key];
    if (!turn) return;
    event.preventDefault();
    const spot = (one) => [Number(one.dataset.x), Number(one.dataset.y)];
    const [x, y] = spot(tile);
    let best = null;
    tiles.forEach((other) => {
      const [u, v] = spot(other);
      const along = (u - x) * turn[0] + (v - y) * turn[1];
      const across = Math.abs((u - x) * turn[1]) + Math.abs((v - y) * turn[0]);
      if (along > 0 && (best === null || along + 2 * across < best.cost)) best = { cost: along + 2 * across, other };
    });
    if (!best) return;
    tiles.forEach((one) => one.setAttribute("tabindex", one === best.other ? 0 : -1));
    best.other.focus();
  }

  tiles.forEach((tile, n) => {
    tile.setAttribute("tabindex", n ? -1 : 0);
    tile.addEventListener("keydown", (event) => step(tile, event));
    ["focus", "mouseenter"].forEach((kind) => tile.addEventListener(kind, () => { info.textContent = describe(tile); }));
  });
  choice.addEventListener("change", () => { state.set({ part: choice.value === model.nodes[0].id ? "" : choice.value }); draw(); });
  const take = () => {
    const wanted = state.get("part");
    choice.value = at.has(wanted) ? wanted : model.nodes[0].id;
    state.carry();
    draw();
  };
  window.addEventListener("hashchange", take);
  take();
};
