"use strict";
// What every page shares: elements made without markup, state in the address, tables that sort and filter.

readiness.make = (name, attributes = {}, ...children) => {
  const svg = ["svg", "path", "circle", "line", "text", "rect", "title", "g"].includes(name);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  });
  children.flat().forEach((child) => { if (child !== null) made.append(child); });
  return made;
};

// All state is behind the # of the address, so that a link holds it, on a server and in a folder.
readiness.state = (() => {
  const read = () => {
    try {
      return new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    } catch { return new URLSearchParams(); }
  };
  const written = (found) => [...found].map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
  const set = (changes) => {
    const found = read();
    Object.entries(changes).forEach(([key, value]) => {
      if (value) found.set(key, value);
      else found.delete(key);
    });
    history.replaceState(null, "", `#${written(found)}`);
    carry();
  };
  // Links to pages that follow the same state take it along.
  const carry = () => {
    const weights = read().get("w");
    document.querySelectorAll("a[data-carry]").forEach((link) => {
      const [path] = link.getAttribute("href").split("#");
      link.setAttribute("href", weights ? `${path}#w=${encodeURIComponent(weights)}` : path);
    });
  };
  return { get: (key) => read().get(key), set, carry };
})();

readiness.number = (x, decimals = 1) =>
  (Number.isFinite(x) ? x.toFixed(decimals).replace(/^-(?=0\.?0*$)/, "").replace("-", "−") : "–");

readiness.counted = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

readiness.folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("en");

readiness.data = (id) => {
  const holder = document.getElementById(id);
  return holder ? holder.textContent : null;
};

// The skip link goes to the content without touching the state in the address.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});

// Make a table sort by its headings and filter by what `keep` says; its state is in the address.
readiness.table = (table) => {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const first = new Map(rows.map((row, i) => [row, i]));
  const heads = [...table.tHead.rows[0].cells];
  const keys = heads.map((head) => head.dataset.key);
  const prefix = table.dataset.state || "";
  const status = document.querySelector(`[data-count="${table.id}"]`);
  let keep = () => true;

  const valueOf = (row, column) => {
    const cell = row.cells[column];
    const value = cell.dataset.value ?? cell.textContent.trim();
    if (value === "" || value === "–") return null;
    const number = Number(value);
    return Number.isNaN(number) ? readiness.folded(value) : number;
  };

  const compare = (a, b) => (typeof a === "string" || typeof b === "string"
    ? String(a).localeCompare(String(b), "en") : a - b);

  function sort() {
    const said = readiness.state.get(`${prefix}sort`) || table.dataset.sort || "";
    const down = said.startsWith("-");
    const column = keys.indexOf(said.replace(/^-/, ""));
    heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    if (column < 0) return;
    const found = new Map(rows.map((row) => [row, valueOf(row, column)]));
    rows.sort((one, other) => {
      const a = found.get(one);
      const b = found.get(other);
      // What is missing stands last, whichever way the table is sorted.
      if (a === null || b === null) return (a === null) - (b === null) || first.get(one) - first.get(other);
      return (down ? compare(b, a) : compare(a, b)) || first.get(one) - first.get(other);
    });
    body.append(...rows);
  }

  function filter() {
    let shown = 0;
    rows.forEach((row) => {
      row.hidden = !keep(row);
      shown += row.hidden ? 0 : 1;
    });
    if (status) status.textContent = `${shown} of ${rows.length} shown`;
  }

  heads.forEach((head) => {
    if (!head.dataset.key) return;
    const button = readiness.make("button", { type: "button", class: "sort" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const key = head.dataset.key;
      const now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : head.dataset.first === "down";
      readiness.state.set({ [`${prefix}sort`]: `${down ? "-" : ""}${key}` });
      sort();
    });
  });

  const made = { rows, sort, filter, keeping: (rule) => { keep = rule; filter(); } };
  sort();
  return made;
};

// A search field over a table: it keeps the rows whose text has every word.
readiness.search = (field, table, also = () => true) => {
  const texts = new Map(table.rows.map((row) => [row, readiness.folded(`${row.dataset.words || ""} ${row.textContent}`)]));
  const apply = () => {
    const words = readiness.folded(field.value).split(/\s+/).filter(Boolean);
    table.keeping((row) => also(row) && words.every((word) => texts.get(row).includes(word)));
  };
  const take = () => { field.value = readiness.state.get("q") || ""; apply(); };
  field.addEventListener("input", () => { readiness.state.set({ q: field.value }); apply(); });
  take();
  return { apply, take };
};

// Tables without anything of their own: those of country and indicator pages.
readiness.start = () => {
  // What scrolls sideways where there is no room can be reached with the keyboard.
  const reach = () => document.querySelectorAll(".report .block").forEach((block) => {
    if (block.scrollWidth <= block.clientWidth) return;
    const title = block.querySelector("h2");
    block.setAttribute("tabindex", 0);
    block.setAttribute("role", "region");
    block.setAttribute("aria-label", title ? title.textContent : "Chart");
  });
  const tables = [...document.querySelectorAll("table[data-sorts]")].map((element) => {
    const table = readiness.table(element);
    const field = document.querySelector(`input[data-search="${element.id}"]`);
    const search = field ? readiness.search(field, table) : null;
    return { table, search };
  });
  readiness.state.carry();
  reach();
  window.addEventListener("resize", reach);
  window.addEventListener("hashchange", () => {
    tables.forEach(({ table, search }) => { table.sort(); if (search) search.take(); });
    readiness.state.carry();
  });
};
