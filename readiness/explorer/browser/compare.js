"use strict";
// Two to six countries side by side.

readiness.compare = () => {
  const { state, number, engine, weights, make } = readiness;
  const MOST = 6;
  const model = engine.read(readiness.data("model"));
  const extra = JSON.parse(readiness.data("extra"));
  const holder = document.getElementById("compared");
  const chips = document.getElementById("chips");
  const field = document.getElementById("add");
  const form = document.getElementById("chooser");
  const say = document.getElementById("said");
  const order = document.getElementById("order");
  const index = new Map(model.countries.map((code, i) => [code, i]));
  const titles = extra.titles;
  const MARKS = ["circle", "square", "diamond", "triangle", "ring", "cross"];

  // What is typed: a code, or a name in any case and with or without its accents.
  function find(text) {
    const wanted = readiness.folded(text.trim());
    if (!wanted) return null;
    if (index.has(text.trim().toUpperCase())) return text.trim().toUpperCase();
    const names = model.names.map(readiness.folded);
    let at = names.indexOf(wanted);
    if (at < 0) {
      const near = names.map((name, i) => [name, i]).filter(([name]) => name.startsWith(wanted));
      at = near.length === 1 ? near[0][1] : -1;
    }
    return at < 0 ? null : model.countries[at];
  }

  const chosen = () => [...new Set((state.get("c") || "").split(",").filter((code) => index.has(code)))].slice(0, MOST);

  function put(codes) {
    state.set({ c: codes.join(",") });
    draw();
  }

  function chip(code, n) {
    const button = make("button", { type: "button", class: "remove", "aria-label": `Remove ${model.names[index.get(code)]}` }, "×");
    button.addEventListener("click", () => { put(chosen().filter((other) => other !== code)); field.focus(); });
    return make("li", { class: `c${n}` }, mark(n), make("span", { dir: "auto" }, model.names[index.get(code)]), button);
  }

  // Countries differ by form as well as by colour.
  function mark(n, x = 6, y = 6) {
    const svg = (body) => make("svg", { viewBox: "0 0 12 12", width: 12, height: 12, class: `mark c${n}`, "aria-hidden": "true" }, body);
    return svg(shape(n, x, y, 4));
  }

  function shape(n, x, y, r) {
    const paths = {
      square: `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
      diamond: `M${x} ${y - r * 1.3}l${r * 1.3} ${r * 1.3}l${-r * 1.3} ${r * 1.3}l${-r * 1.3} ${-r * 1.3}z`,
      triangle: `M${x} ${y - r * 1.2}l${r * 1.2} ${r * 2.1}h${-r * 2.4}z`,
      cross: `M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`,
    };
    const kind = MARKS[n];
    if (kind === "circle" || kind === "ring") return make("circle", { cx: x, cy: y, r, class: kind });
    return make("path", { d: paths[kind], class: kind });
  }

  // Shares of draws in which the row is above the column, in per mille; ranked countries only.
  function above(one, other) {
    const places = extra.places;
    const a = places[one];
    const b = places[other];
    if (!extra.above || a === null || b === null || a === b) return null;
    const [low, high] = a < b ? [a, b] : [b, a];
    const at = low * (2 * extra.ranked - low - 1) / 2 + (high - low - 1);
    const share = extra.above[at] / 1000;
    return a < b ? share : 1 - share;
  }

  const percent = (share) => {
    if (share === null) return "–";
    if (share > 0.99 && share < 1) return ">99%";
    return share < 0.01 && share > 0 ? "<1%" : `${(100 * share).toFixed(0)}%`;
  };

  const link = (i) => make("a", { href: `countries/${extra.files[i]}.html`, dir: "auto" }, model.names[i]);
  const head = (text, scope) => make("th", { scope }, text);
  const missing = () => [make("span", { class: "none", "aria-hidden": "true" }, "–"), make("span", { class: "hidden" }, "missing")];

  function verdict(rows, result, own) {
    const lines = [
      ["Rank", (i) => (Number.isFinite(result.ranks[i]) ? String(result.ranks[i]) : "not ranked")],
      ["Score", (i) => number(result.columns[0][i])],
    ];
    if (extra.ranges) lines.splice(1, 0, [own ? "Range of the published weights" : "Range, nine of ten draws", (i) => (model.ranges[i] ? `${model.ranges[i][0]}–${model.ranges[i][1]}` : "–")]);
    if (extra.bands && !own) lines.splice(2, 0, ["Band", (i) => (extra.bands[i] === null ? "–" : String(extra.bands[i]))]);
    lines.push(["Coverage", (i) => `${(100 * extra.coverage[i]).toFixed(0)}%`]);
    return make("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Ranks" }, make("table", { class: "side" },
      make("caption", {}, own ? "Rank and score with your weights" : "Rank and score"),
      make("thead", {}, make("tr", {}, make("td", {}), rows.map((i, n) => make("th", { scope: "col", class: "number" }, mark(n), " ", link(i))))),
      make("tbody", {}, lines.map(([name, text]) => make("tr", {}, head(name, "row"), rows.map((i) => make("td", { class: "number" }, text(i))))))));
  }

  function sure(rows) {
    const pairs = rows.length === 2 ? above(rows[0], rows[1]) : null;
    if (rows.length === 2) {
      if (pairs === null) return null;
      const [one, other] = pairs >= 0.5 ? rows : [rows[1], rows[0]];
      return make("p", { class: "lead" }, `${model.names[one]} is above ${model.names[other]} in ${percent(Math.max(pairs, 1 - pairs))} of draws.`);
    }
    if (!extra.above) return null;
    return make("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Who is above whom" }, make("table", { class: "side" },
      make("caption", {}, "In how many draws the row is above the column"),
      make("thead", {}, make("tr", {}, make("td", {}), rows.map((i) => make("th", { scope: "col", class: "number" }, model.countries[i])))),
      make("tbody", {}, rows.map((i) => make("tr", {}, make("th", { scope: "row" }, model.names[i]),
        rows.map((k) => make("td", { class: "number" }, i === k ? "" : percent(above(i, k)))))))));
  }

  // Every pillar as a line with the countries' marks on it.
  function dots(rows, result) {
    const parts = model.nodes[0].parts;
    const [low, high] = extra.ends;
    const height = 34;
    const x = (value) => 10 + (580 * (value - low)) / (high - low);
    return parts.map((position) => {
      const id = position < model.nodes.length ? model.nodes[position].id : model.indicators[position - model.nodes.length].id;
      const scores = rows.map((i) => result.columns[position][i]);
      const said = rows.map((i, n) => `${model.names[i]} ${number(scores[n])}`).join(", ");
      const marks = scores.map((score, n) => (Number.isFinite(score) ? make("g", { class: `c${n}` }, shape(n, x(score), height / 2, 6)) : null));
      const gone = rows.filter((_, n) => !Number.isFinite(scores[n])).map((i) => model.names[i]);
      const bare = model.nodes[position] && model.nodes[position].note;
      return make("div", { class: "dots" },
        make("p", { class: "name" }, titles[id], bare ? make("span", { class: "note" }, ` ${bare}`) : null),
        make("svg", { viewBox: `0 0 600 ${height}`, role: "img", "aria-label": `${titles[id]}: ${said}` },
          make("path", { d: `M10 ${height / 2}H590`, class: "axis" }), marks),
        gone.length ? make("p", { class: "note" }, `No score: ${gone.join(", ")}.`) : null);
    });
  }

  // Why one is above the other: the gap as terms of the pillars that sum to it.
  function why(rows, result, given) {
    if (rows.length !== 2) return null;
    const node = model.nodes[0];
    const [a, b] = result.columns[0][rows[0]] >= result.columns[0][rows[1]] ? rows : [rows[1], rows[0]];
    const of = (i) => node.parts.map((position) => result.columns[position][i]);
    const y = [result.columns[0][a], result.columns[0][b]];
    const used = engine.weightsOf(model, node, given);
    const terms = y.every(Number.isFinite) ? engine.gap(node, used, of(a), of(b), ...y) : null;
    if (!terms) return null;
    const most = Math.max(...terms.map(Math.abs), 1e-9);
    const rounded = spread(terms, y[0] - y[1]);
    const id = (position) => (position < model.nodes.length ? model.nodes[position].id : model.indicators[position - model.nodes.length].id);
    const lines = node.parts.map((position, j) => [titles[id(position)], terms[j], rounded[j]]).sort((p, q) => Math.abs(q[1]) - Math.abs(p[1]));
    return make("section", {},
      make("h2", {}, `${model.names[a]} leads ${model.names[b]} by ${number(y[0] - y[1])} points: ${lines[0][0]} gives ${lines[0][1] < 0 ? "" : "+"}${number(lines[0][2])}`),
      make("p", { class: "note" }, "What each pillar adds to the gap, in points of the index; the terms sum to it."),
      make("table", { class: "side terms" },
        make("thead", {}, make("tr", {}, head("Pillar", "col"), make("th", { scope: "col", class: "number" }, "Points"), make("td", {}))),
        make("tbody", {}, lines.map(([name, term, text]) => make("tr", {}, head(name, "row"),
          make("td", { class: "number" }, `${term > 0 ? "+" : ""}${number(text)}`),
          make("td", {}, make("svg", { viewBox: "0 0 200 10", class: "term", "aria-hidden": "true" },
            make("path", { d: "M100 0V10", class: "axis" }),
            make("rect", { x: term < 0 ? 100 - (98 * -term) / most : 100, y: 2, width: (98 * Math.abs(term)) / most, height: 6 })))))),
        make("tfoot", {}, make("tr", {}, head("Gap", "row"), make("td", { class: "number" }, `+${number(y[0] - y[1])}`), make("td", {})))));
  }

  // Round terms to a decimal so that they still sum to the rounded whole (largest remainder).
  function spread(terms, whole) {
    const tenths = terms.map((term) => Math.floor(term * 10));
    const left = Math.round(Number(whole.toFixed(1)) * 10) - tenths.reduce((sum, n) => sum + n, 0);
    const rest = terms.map((term, j) => [term * 10 - tenths[j], j]).sort((p, q) => q[0] - p[0] || p[1] - q[1]);
    rest.forEach(([, j], n) => { if (n < left) tenths[j] += 1; });
    return tenths.map((n) => n / 10);
  }

  function walk(visit, position = 0, depth = 0) {
    if (depth) visit(position, depth);
    if (position < model.nodes.length) model.nodes[position].parts.forEach((part) => walk(visit, part, depth + 1));
  }

  function figures(rows, result) {
    const lines = [];
    walk((position, depth) => {
      const node = position < model.nodes.length;
      const k = position - model.nodes.length;
      const scores = rows.map((i) => result.columns[position][i]);
      const there = scores.filter(Number.isFinite);
      lines.push({ node, k, depth, id: node ? model.nodes[position].id : model.indicators[k].id, scores,
        spread: there.length > 1 ? Math.max(...there) - Math.min(...there) : -1 });
    });
    const apart = order.value === "difference";
    const shown = apart ? lines.filter((line) => !line.node).sort((p, q) => q.spread - p.spread) : lines;
    const cell = (line, n, i) => {
      const score = Number.isFinite(line.scores[n]) ? number(line.scores[n]) : missing();
      if (line.node) return make("td", { class: "number" }, score);
      const figure = extra.figures[line.k][i];
      return make("td", { class: "number" }, make("b", {}, score),
        make("span", { class: "figure" }, figure === null ? "" : figure));
    };
    return make("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Scores and figures" },
      make("table", { class: "side all" },
        make("caption", {}, apart ? "Scores of the indicators with their figures, the furthest apart first" : "Scores down the tree; under an indicator's the figure and its year"),
        make("thead", {}, make("tr", {}, head("Part", "col"), rows.map((i) => make("th", { scope: "col", class: "number" }, model.countries[i])))),
        make("tbody", {}, shown.map((line) => make("tr", { class: line.node ? `node d${line.depth}` : `d${apart ? 1 : line.depth}` },
          make("th", { scope: "row" }, line.node ? titles[line.id] : make("a", { href: `indicators/${extra.series[line.k]}.html` }, titles[line.id]),
            line.node ? null : make("span", { class: "unit" }, extra.units[line.k])),
          rows.map((i, n) => cell(line, n, i)))))));
  }

  function draw() {
    const codes = chosen();
    const rows = codes.map((code) => index.get(code));
    const given = weights.parse(model, state.get("w"));
    const own = Object.keys(given).length > 0;
    order.value = state.get("sort") === "difference" ? "difference" : "tree";
    chips.replaceChildren(...codes.map(chip));
    field.disabled = codes.length >= MOST;
    say.textContent = codes.length < 2 ? "Choose two to six countries."
      : `${rows.map((i) => model.names[i]).join(", ")}${codes.length >= MOST ? ": six is the most" : ""}.`;
    holder.replaceChildren();
    if (codes.length < 2) { state.carry(); return; }
    const result = engine.rescore(model, given);
    if (own) holder.append(make("p", { class: "note own" }, "With the weights of the address, not the published ones. Ranges, and who is above whom, are of the published weights."));
    const pairs = sure(rows);
    holder.append(verdict(rows, result, own));
    if (pairs) holder.append(pairs);
    holder.append(make("section", {}, make("h2", {}, "Pillar by pillar"),
      make("p", { class: "note" }, `Scores from ${extra.ends[0]} to ${extra.ends[1]}`), dots(rows, result)));
    const terms = why(rows, result, given);
    if (terms) holder.append(terms);
    holder.append(make("h2", {}, "Down the tree"), figures(rows, result));
    state.carry();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = find(field.value);
    if (!code) { say.textContent = `There is no country ${JSON.stringify(field.value)} here.`; return; }
    field.value = "";
    put([...chosen(), code].slice(0, MOST));
  });
  field.addEventListener("input", () => {
    // A name taken from the list is added at once.
    if (model.names.includes(field.value)) form.requestSubmit();
  });
  order.addEventListener("change", () => { state.set({ sort: order.value === "difference" ? "difference" : "" }); draw(); });
  window.addEventListener("hashchange", draw);
  draw();
};
