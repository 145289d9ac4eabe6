"use strict";
// The league table: search, group, sort, and ranks under other weights.

readiness.league = () => {
  const { state, number, engine, weights } = readiness;
  const model = engine.read(readiness.data("model"));
  const extra = JSON.parse(readiness.data("extra"));
  const element = document.getElementById("league");
  const table = readiness.table(element);
  const place = new Map(model.countries.map((code, i) => [code, i]));
  const rowOf = new Map(table.rows.map((row) => [place.get(row.dataset.code), row]));
  const groups = document.getElementById("group");
  const say = document.getElementById("moved");
  const names = new Map(model.nodes.map((node, n) => [node.id, n]));
  model.indicators.forEach((item, k) => names.set(item.id, model.nodes.length + k));
  const heads = [...element.tHead.rows[0].cells].map((head) => head.dataset.key);
  const column = (key) => heads.indexOf(key);

  const inGroup = (row) => {
    const members = groups && groups.value ? extra.groups[groups.value] : null;
    return !members || members.includes(place.get(row.dataset.code));
  };
  const search = readiness.search(document.getElementById("search"), table, inGroup);
  const takeGroup = () => {
    const wanted = state.get("group") || "";
    if (groups) groups.value = wanted in extra.groups ? wanted : "";
  };
  if (groups) groups.addEventListener("change", () => { state.set({ group: groups.value }); search.apply(); });

  function put(row, key, value, text) {
    const cell = row.cells[column(key)];
    if (!cell) return;
    cell.dataset.value = Number.isFinite(value) ? value : "";
    (cell.querySelector("[data-text]") || cell).textContent = text;
  }

  const rankText = (rank) => (Number.isFinite(rank) ? String(rank) : "–");

  function move(row, i, rank, own) {
    const before = model.ranks[i] ?? NaN;
    const change = before - rank;
    const range = model.ranges[i];
    const outside = own && range && Number.isFinite(rank) && (rank < range[0] || rank > range[1]);
    const cell = row.cells[column("move")];
    if (cell) {
      cell.dataset.value = Number.isFinite(change) ? change : "";
      cell.textContent = !own || !change || Number.isNaN(change) ? "" : `${change > 0 ? "▲" : "▼"} ${Math.abs(change)}`;
      cell.classList.toggle("outside", Boolean(outside));
      if (outside) cell.append(readiness.make("span", { class: "word" }, " outside its range"));
    }
    const dot = row.querySelector("circle");
    if (dot && Number.isFinite(rank)) dot.setAttribute("cx", rank);
    return { change, outside };
  }

  // Say in words what other weights do.
  function tell(given, moves, result) {
    const changed = Object.keys(given).length;
    const missing = weights.empty(model, given);
    if (missing.length) {
      say.textContent = `All weights inside ${missing[0].title} are zero, so nobody has a score there. Give one of them a weight.`;
      return;
    }
    if (!changed) {
      say.textContent = "The weights are the published ones.";
      return;
    }
    const moved = moves.filter(({ change }) => Number.isFinite(change) && change !== 0);
    const far = moved.reduce((most, one) => (Math.abs(one.change) > Math.abs(most.change) ? one : most), { change: 0 });
    const out = moves.filter(({ outside }) => outside).length;
    const ranked = result.ranked.filter(Boolean).length;
    const parts = [`${readiness.counted(moved.length, "country", "countries")} of ${ranked} change rank`];
    if (moved.length) {
      parts.push(`${model.names[far.i]} furthest, by ${readiness.counted(Math.abs(far.change), "place", "places")}`);
    }
    if (model.ranges.some(Boolean)) {
      parts.push(out ? `${readiness.counted(out, "country leaves", "countries leave")} the range of the published weights`
        : "nobody leaves the range of the published weights");
    }
    say.textContent = `${parts.join("; ")}.`;
  }

  function show(given) {
    const result = engine.rescore(model, given);
    const own = Object.keys(given).length > 0;
    element.classList.toggle("own", own);
    document.querySelectorAll(".if-own").forEach((part) => { part.hidden = !own; });
    const moves = model.countries.map((_, i) => {
      const row = rowOf.get(i);
      const rank = result.ranks[i];
      put(row, "rank", rank, rankText(rank));
      put(row, "score", result.columns[0][i], number(result.columns[0][i]));
      heads.forEach((key) => {
        if (key && names.get(key) > 0) put(row, key, result.columns[names.get(key)][i], number(result.columns[names.get(key)][i]));
      });
      return { i, ...move(row, i, rank, own) };
    });
    if (say) tell(given, moves, result);
    table.sort();
    return result;
  }

  const titles = new Map(Object.entries(extra.titles));
  const holder = document.getElementById("sliders");
  let shown = "";
  const panel = holder ? weights.panel(model, titles, holder, (given) => {
    shown = weights.write(given);
    state.set({ w: shown });
    show(given);
  }) : null;

  function take() {
    const given = holder ? weights.parse(model, state.get("w")) : {};
    if (panel) panel.set(given);
    takeGroup();
    search.take();
    // The published numbers are in the page already.
    const text = weights.write(given);
    if (text !== shown) show(given);
    else table.sort();
    shown = text;
    state.carry();
  }

  const reset = document.getElementById("reset");
  if (reset) reset.addEventListener("click", () => { state.set({ w: "" }); shown = null; take(); });
  const save = document.getElementById("yaml");
  if (save) {
    save.addEventListener("click", () => {
      const given = weights.parse(model, state.get("w"));
      if (weights.empty(model, given).length) return;
      readiness.download(`${model.id}-own.yaml`, weights.yaml(model, extra.said, given));
    });
  }
  window.addEventListener("hashchange", take);
  if (state.get("w")) {
    const details = document.getElementById("weights");
    if (details) details.open = true;
  }
  take();
  readiness.shown = { model, show, extra };
};
