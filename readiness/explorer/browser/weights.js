"use strict";
// Weights in the address, sliders for them, and the framework file that has them.

readiness.weights = (() => {
  const HIGHEST = 4;

  // "energy:2,energy.supply:0.5" as weights by part; what is no weight of this tree is left out.
  function parse(model, text) {
    const known = new Map();
    model.nodes.forEach((node) => {
      readiness.engine.weightsOf(model, node, null).forEach((weight, j) => known.set(idOf(model, node, j), weight));
    });
    const given = {};
    (text || "").split(",").forEach((pair) => {
      const at = pair.lastIndexOf(":");
      const id = pair.slice(0, at);
      const weight = Number(pair.slice(at + 1));
      if (at > 0 && known.has(id) && pair.slice(at + 1) !== "" && Number.isFinite(weight) && weight >= 0) {
        if (weight !== known.get(id)) given[id] = weight;
      }
    });
    return given;
  }

  const write = (given) => Object.entries(given).map(([id, weight]) => `${id}:${weight}`).join(",");

  function idOf(model, node, j) {
    const position = node.parts[j];
    return position < model.nodes.length
      ? model.nodes[position].id : model.indicators[position - model.nodes.length].id;
  }

  // The nodes whose weights are all zero: nothing can be put together there.
  function empty(model, given) {
    return model.nodes.filter((node) =>
      readiness.engine.weightsOf(model, node, given).every((weight) => weight === 0));
  }

  // A slider and a number for every part, opened up node by node.
  function panel(model, titles, holder, changed) {
    let given = {};
    const fields = new Map();
    const { make } = readiness;

    const share = (node, j) => {
      const weights = readiness.engine.weightsOf(model, node, given);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return total > 0 ? `${((100 * weights[j]) / total).toFixed(0)}%` : "–";
    };

    function row(node, j) {
      const id = idOf(model, node, j);
      const base = node.weights[j];
      const name = titles.get(id);
      const highest = Math.max(HIGHEST, 2 * base);
      const slider = make("input", { type: "range", min: 0, max: highest, step: 0.05, "aria-label": `Weight of ${name}` });
      const number = make("input", { type: "number", min: 0, step: "any", inputmode: "decimal", "aria-label": `Weight of ${name}, as a number` });
      const out = make("span", { class: "share" });
      const take = (text) => {
        const weight = Number(text);
        if (text === "" || !Number.isFinite(weight) || weight < 0) return;
        if (weight === base) delete given[id];
        else given[id] = weight;
        show();
        changed(given);
      };
      slider.addEventListener("input", () => take(slider.value));
      number.addEventListener("change", () => take(number.value));
      fields.set(id, { slider, number, out, node, j, base });
      return make("div", { class: "weight" }, make("span", { class: "name", dir: "auto" }, name), slider, number, out);
    }

    function show() {
      fields.forEach(({ slider, number, out, node, j, base }, id) => {
        const weight = given[id] ?? base;
        slider.value = weight;
        if (document.activeElement !== number || Number(number.value) !== weight) number.value = weight;
        out.textContent = share(node, j);
      });
    }

    function branch(node) {
      return node.parts.map((position, j) => {
        const line = row(node, j);
        if (position >= model.nodes.length) return line;
        const below = model.nodes[position];
        return make("div", { class: "branch" }, line,
          make("details", {}, make("summary", {}, `Inside ${titles.get(below.id)}`), branch(below)));
      });
    }

    holder.replaceChildren(...branch(model.nodes[0]));
    show();
    return { set: (weights) => { given = weights; show(); } };
  }

  // YAML ------------------------------------------------------------------------------------------------

  const scalar = (value) => (typeof value === "string" ? JSON.stringify(value) : String(value));

  function lines(value, indent) {
    const pad = " ".repeat(indent);
    if (Array.isArray(value)) {
      return value.flatMap((item) => {
        if (item === null || typeof item !== "object") return [`${pad}- ${scalar(item)}`];
        const inner = lines(item, indent + 2);
        return [`${pad}- ${inner[0].trimStart()}`, ...inner.slice(1)];
      });
    }
    return Object.entries(value).flatMap(([key, item]) => {
      const name = `${pad}${/^[a-z_]+$/.test(key) ? key : JSON.stringify(key)}:`;
      if (item === null || typeof item !== "object") return [`${name} ${scalar(item)}`];
      const plain = Object.values(item).every((part) => part === null || typeof part !== "object");
      if (Array.isArray(item) && plain) return [`${name} [${item.map(scalar).join(", ")}]`];
      return Object.keys(item).length ? [name, ...lines(item, indent + 2)] : [`${name} {}`];
    });
  }

  // The framework's file with other weights: it loads in the same index and gives the same scores.
  function yaml(model, said, given) {
    const weights = new Map();
    model.nodes.forEach((node) => {
      readiness.engine.weightsOf(model, node, given).forEach((weight, j) => weights.set(idOf(model, node, j), weight));
    });
    const weighed = (part) => {
      const made = { ...part };
      if (weights.has(part.id)) {
        if (weights.get(part.id) === 1) delete made.weight;
        else made.weight = weights.get(part.id);
      }
      if (part.children) made.children = part.children.map(weighed);
      if (part.indicators) made.indicators = part.indicators.map(weighed);
      return made;
    };
    const file = { ...said, id: `${said.id}-own`, name: `${said.name}, own weights`, tree: weighed(said.tree) };
    const changes = Object.entries(given).map(([id, weight]) => `#   ${id}: ${weight}`);
    return [
      `# The framework ${said.id} with other weights. Save it as frameworks/${said.id}-own.yaml in an index`,
      `# of your own (readiness init DIR --full) and score it with --framework ${said.id}-own.`,
      changes.length ? "# Changed:" : "# No weight is changed.",
      ...changes,
      ...lines(file, 0),
      "",
    ].join("\n");
  }

  return { parse, write, panel, yaml, empty };
})();

// Give a text to the reader as a file.
readiness.download = (name, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = readiness.make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};
