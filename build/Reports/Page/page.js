// Draws what takes the space and who needs whom. Everything it draws is in the tables too. Names are anybody's: they become text nodes and attributes, never markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const svgNamespace = "http://www.w3.org/2000/svg";

  const make = (parent, name, attributes, text) => {
    const inSvg = parent.namespaceURI === svgNamespace || name === "svg";
    const element = inSvg ? document.createElementNS(svgNamespace, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      element.setAttribute(key, value);
    }
    if (text !== undefined) {
      element.textContent = text;
    }
    parent.append(element);
    return element;
  };

  const bytes = (number) => number < 1e3 ? `${number} B` : number < 1e6 ? `${(number / 1e3).toFixed(1)} kB` : `${(number / 1e6).toFixed(2)} MB`;
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const base = (path) => path.slice(path.lastIndexOf("/") + 1);
  const own = (text, platform) => text.replaceAll("{triplet}", data.triplets[platform]).replaceAll("{loader}", data.loaders[platform]);

  const platformChoice = (controls, onChange) => {
    const select = make(make(controls, "label", {}, "Platform"), "select");
    data.platforms.forEach((name, index) => make(select, "option", { value: index }, name));
    select.addEventListener("change", () => onChange(Number(select.value)));
    return select;
  };

  const onActivate = (element, act) => {
    element.addEventListener("click", act);
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        act();
      }
    });
  };

  // Text that fits into a width, for a font of 13 pixels.
  const fit = (text, width) => {
    const most = Math.floor(width / 7.2);
    return text.length <= most ? text : most < 4 ? "" : `${text.slice(0, most - 1)}…`;
  };

  // What takes the space: packages, and the files of one of them.
  const treemap = (place) => {
    const mostCells = 60;
    let platform = 0;
    let owner = null;
    const controls = make(place, "div", { class: "controls" });
    platformChoice(controls, (chosen) => { platform = chosen; draw(); });
    const back = make(controls, "button", { type: "button", disabled: "" }, "All packages");
    const canvas = make(place, "div", {});
    const tell = make(place, "p", { class: "tell", "aria-live": "polite" });
    const say = () => {
      const files = data.files.filter((file) => file[2 + platform] >= 0 && (owner === null || file[1] === owner));
      const all = files.reduce((sum, file) => sum + file[2 + platform], 0);
      tell.textContent = `${owner === null ? "All packages" : data.owners[owner]}: ${bytes(all)} in ${count(files.length, "file")} on ${data.platforms[platform]}. ${owner === null ? "Choose a package to see its files." : ""}`;
    };
    back.addEventListener("click", () => {
      const from = owner;
      owner = null;
      draw();
      canvas.querySelector(`[data-owner="${from}"]`)?.focus();
    });

    const items = () => {
      const sums = new Map();
      for (const file of data.files) {
        const size = file[2 + platform];
        if (size > 0 && (owner === null || file[1] === owner)) {
          const key = owner === null ? file[1] : file[0];
          sums.set(key, (sums.get(key) || 0) + size);
        }
      }
      const sorted = [...sums].sort((one, other) => other[1] - one[1]);
      const shown = sorted.slice(0, sorted.length > mostCells ? mostCells - 1 : mostCells).map(([key, size]) => ({ key, size, name: owner === null ? data.owners[key] : own(base(key), platform), full: owner === null ? data.owners[key] : own(key, platform) }));
      const rest = sorted.slice(shown.length);
      return rest.length === 0 ? shown : [...shown, { key: null, size: rest.reduce((sum, one) => sum + one[1], 0), name: `${rest.length} smaller`, full: `${rest.length} smaller ones, see the table` }];
    };

    const draw = () => {
      const width = Math.max(260, Math.round(place.clientWidth));
      const height = width < 600 ? 420 : 440;
      const all = items();
      const total = all.reduce((sum, one) => sum + one.size, 0);
      const root = d3.hierarchy({ children: all }).sum((one) => one.size || 0);
      d3.treemap().size([width, height]).paddingInner(2).round(true)(root);
      canvas.replaceChildren();
      back.disabled = owner === null;
      const svg = make(canvas, "svg", { class: "canvas", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": owner === null ? "Space by package" : `Space of ${data.owners[owner]} by file` });
      // Beside the cells, which have names of their own: one that is cut short is no name.
      const words = document.createElementNS(svgNamespace, "g");
      words.setAttribute("class", "words");
      words.setAttribute("aria-hidden", "true");
      (root.children || []).forEach((leaf) => {
        const { x0, y0, x1, y1 } = leaf;
        const one = leaf.data;
        const label = `${one.full}: ${bytes(one.size)}, ${(one.size * 100 / total).toFixed(1)} %`;
        const opens = owner === null && one.key !== null;
        const group = make(svg, "g", { class: "cell", tabindex: "0", role: opens ? "button" : "img", "aria-label": label });
        if (opens) {
          group.dataset.owner = one.key;
        }
        make(group, "title", {}, label);
        const rect = make(group, "rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, rx: 4 });
        rect.style.fill = `hsl(${(owner === null ? (one.key === null ? 7 : one.key) * 47 : owner * 47) % 360} var(--chroma) var(--light))`;
        if (y1 - y0 > 22) {
          make(words, "text", { x: x0 + 7, y: y0 + 18 }, fit(one.name, x1 - x0 - 12));
        }
        if (y1 - y0 > 42) {
          make(words, "text", { class: "more", x: x0 + 7, y: y0 + 35 }, fit(bytes(one.size), x1 - x0 - 4));
        }
        const show = () => { tell.textContent = label; };
        group.addEventListener("pointerenter", show);
        group.addEventListener("focus", show);
        if (opens) {
          onActivate(group, () => { owner = one.key; draw(); back.focus(); });
        }
      });
      svg.append(words);
      say();
    };

    place.hidden = false;
    draw();
    let width = place.clientWidth;
    addEventListener("resize", () => {
      if (place.clientWidth !== width) {
        width = place.clientWidth;
        draw();
      }
    });
  };

  // Who needs whom. A large graph is drawn around what was asked about: laying out hundreds of libraries would take seconds, and show nothing.
  const graph = (place) => {
    const mostNodes = 80;
    const common = 0.15;
    let platform = 0;
    let chosen = null;
    let drawn = null;
    let scale = 1;
    const controls = make(place, "div", { class: "controls" });
    platformChoice(controls, (number) => { platform = number; read(); choose(chosen !== null && isThere(chosen) ? chosen : null); });
    const search = make(make(controls, "label", {}, "Why is this here?"), "input", { type: "search", list: "names", placeholder: "libz.so.1", autocomplete: "off", spellcheck: "false" });
    const names = make(controls, "datalist", { id: "names" });
    const everything = make(controls, "label", { class: "row" });
    const whole = make(everything, "input", { type: "checkbox" });
    make(everything, "span", {}, "every arrow");
    const split = make(place, "div", { class: "split" });
    const board = make(split, "div", { class: "board", tabindex: "0", role: "region", "aria-label": "Graph of what needs what" });
    const answer = make(split, "div", { class: "answer", role: "status", tabindex: "0", "aria-label": "Why it is here" });
    let next, before;

    const isThere = (node) => (data.nodes[node][3] >> platform & 1) === 1;
    const isRoot = (node) => node >= data.roots;
    const label = (node) => own(data.nodes[node][0], platform);
    const path = (node) => own(data.nodes[node][1], platform);
    const short = (node) => label(node).replace(/^lib-requires\.txt:(\d+): /, "line $1: ").replace(/^the default commands: /, "command: ");

    const read = () => {
      next = new Map();
      before = new Map();
      for (const edge of data.edges) {
        if (edge[3] >> platform & 1) {
          next.set(edge[0], [...(next.get(edge[0]) || []), edge]);
          before.set(edge[1], [...(before.get(edge[1]) || []), edge]);
        }
      }
      names.replaceChildren();
      data.nodes.forEach((node, index) => { if (isThere(index) && !isRoot(index)) { make(names, "option", { value: label(index) }); } });
    };

    // The shortest way from something that is asked for, lines of the user first.
    const chain = (target) => {
      const from = new Map();
      const queue = [];
      for (let root = data.roots; root < data.nodes.length; root++) {
        if (isThere(root)) { from.set(root, null); queue.push(root); }
      }
      while (queue.length > 0 && !from.has(target)) {
        const node = queue.shift();
        for (const edge of next.get(node) || []) {
          if (!from.has(edge[1])) { from.set(edge[1], edge); queue.push(edge[1]); }
        }
      }
      const way = [];
      for (let edge = from.get(target); edge; edge = from.get(edge[0])) { way.unshift(edge); }
      return way;
    };

    // The nodes and arrows to draw. Arrows to what nearly everything needs are left out, unless they are asked about: they say nothing and hide the rest.
    const select = () => {
      const all = data.nodes.map((_, index) => index).filter(isThere);
      let nodes = new Set(all);
      if (all.length > mostNodes) {
        nodes = new Set();
        if (chosen !== null) {
          chain(chosen).forEach((edge) => { nodes.add(edge[0]); nodes.add(edge[1]); });
          nodes.add(chosen);
          for (const edge of [...(next.get(chosen) || []), ...(before.get(chosen) || [])]) {
            if (nodes.size < mostNodes) { nodes.add(edge[0]); nodes.add(edge[1]); }
          }
        } else {
          // What most depends on.
          [...all].sort((one, other) => (before.get(other) || []).length - (before.get(one) || []).length).slice(0, 24).forEach((node) => { nodes.add(node); chain(node).forEach((edge) => { nodes.add(edge[0]); nodes.add(edge[1]); }); });
        }
      }
      const way = new Set(chosen === null ? [] : chain(chosen));
      const isCommon = (node) => (before.get(node) || []).length > Math.max(6, all.length * common);
      const edges = data.edges.filter((edge) => (edge[3] >> platform & 1) && nodes.has(edge[0]) && nodes.has(edge[1]) && (whole.checked || way.has(edge) || edge[0] === chosen || edge[1] === chosen || !isCommon(edge[1]) || (next.get(edge[0]) || []).length === 1));
      return { nodes: [...nodes], edges, way, hidden: all.filter(isCommon), all };
    };

    const layout = ({ nodes, edges }) => {
      const graph = new dagre.graphlib.Graph();
      graph.setGraph({ rankdir: "LR", nodesep: 8, ranksep: 34, marginx: 12, marginy: 12 });
      graph.setDefaultEdgeLabel(() => ({}));
      nodes.forEach((node) => graph.setNode(String(node), { width: Math.min(240, Math.max(70, fit(short(node), 230).length * 7.2 + 20)), height: 26 }));
      edges.forEach((edge) => graph.setEdge(String(edge[0]), String(edge[1])));
      dagre.layout(graph);
      return graph;
    };

    const draw = (focus) => {
      const picture = select();
      const placed = layout(picture);
      const { width, height } = placed.graph();
      const near = new Set([...(next.get(chosen) || []).map((edge) => edge[1]), ...(before.get(chosen) || []).map((edge) => edge[0])]);
      const on = new Set([chosen, ...[...picture.way].flatMap((edge) => [edge[0], edge[1]])]);
      board.replaceChildren();
      // Smaller than life if that shows all of its width, but never too small to read.
      scale = Math.min(1, Math.max(0.8, (board.clientWidth - 4) / width));
      const svg = make(board, "svg", { class: chosen === null ? "" : "dim", width: Math.ceil(width * scale), height: Math.ceil(height * scale), viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`, role: "group", "aria-label": "What needs what" });
      for (const edge of picture.edges) {
        const points = placed.edge(String(edge[0]), String(edge[1])).points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`);
        make(svg, "polyline", { class: `edge${picture.way.has(edge) ? " on" : edge[0] === chosen || edge[1] === chosen ? " near" : ""}`, points: points.join(" ") });
      }
      const words = document.createElementNS(svgNamespace, "g");
      words.setAttribute("class", "words");
      words.setAttribute("aria-hidden", "true");
      // In reading order, for those who go through them with the keyboard.
      [...picture.nodes].sort((one, other) => placed.node(String(one)).x - placed.node(String(other)).x || placed.node(String(one)).y - placed.node(String(other)).y).forEach((node) => {
        const box = placed.node(String(node));
        const group = make(svg, "g", { class: `node${isRoot(node) ? " root" : ""}${on.has(node) ? " on" : ""}${near.has(node) ? " near" : ""}${node === chosen ? " at" : ""}`, tabindex: "0", role: "button", "aria-pressed": node === chosen, "aria-label": isRoot(node) ? `asked for: ${label(node)}` : `why is ${label(node)} here?`, transform: `translate(${(box.x - box.width / 2).toFixed(1)} ${(box.y - box.height / 2).toFixed(1)})` });
        group.dataset.node = node;
        make(group, "title", {}, group.getAttribute("aria-label"));
        make(group, "rect", { width: box.width, height: box.height, rx: 6 });
        make(words, "text", { class: `name${on.has(node) || near.has(node) ? " near" : ""}${node === chosen ? " at" : ""}`, x: (box.x - box.width / 2 + 10).toFixed(1), y: (box.y + 4.5).toFixed(1) }, fit(short(node), box.width - 10));
        onActivate(group, () => choose(node === chosen ? null : node, true));
      });
      svg.append(words);
      drawn = { picture, placed };
      const at = chosen === null ? null : svg.querySelector(`[data-node="${chosen}"]`);
      if (at) {
        const box = placed.node(String(chosen));
        board.scrollTo(Math.max(0, box.x * scale - board.clientWidth / 2), Math.max(0, box.y * scale - board.clientHeight / 2));
        if (focus) { at.focus({ preventScroll: true }); }
      }
    };

    // The nearest node in the direction of an arrow key.
    const move = (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const at = document.activeElement?.dataset?.node;
      if (event.key === "Escape" && chosen !== null) { choose(null); board.focus(); return; }
      if (!step || at === undefined) { return; }
      event.preventDefault();
      const here = drawn.placed.node(at);
      const far = (node) => {
        const there = drawn.placed.node(String(node));
        const [along, aside] = step[0] ? [(there.x - here.x) * step[0], Math.abs(there.y - here.y)] : [(there.y - here.y) * step[1], Math.abs(there.x - here.x)];
        return along > 4 ? along + aside * 2.5 : Infinity;
      };
      const best = drawn.picture.nodes.filter((node) => String(node) !== at).sort((one, other) => far(one) - far(other))[0];
      if (best !== undefined && far(best) < Infinity) { board.querySelector(`[data-node="${best}"]`).focus(); }
    };

    const links = (title, edges, side) => {
      if (edges.length === 0) { return; }
      make(answer, "h4", {}, `${title} (${edges.length})`);
      const list = make(answer, "ul");
      edges.slice(0, 40).forEach((edge) => {
        const button = make(make(list, "li"), "button", { type: "button" }, label(edge[side]));
        button.addEventListener("click", () => choose(edge[side]));
      });
      if (edges.length > 40) { make(list, "li", {}, `and ${edges.length - 40} more`); }
    };

    const tell = () => {
      answer.replaceChildren();
      if (chosen === null) {
        make(answer, "h3", {}, "Why is this here?");
        make(answer, "p", {}, "Choose a library or program, in the graph with mouse, Tab and Enter, or by its name. From left to right: what is asked for, and what that needs.");
        const picture = drawn.picture;
        if (picture.nodes.length < picture.all.length) {
          make(answer, "p", {}, `Drawn are ${picture.nodes.length} of ${picture.all.length}: those that most depends on. What you choose is drawn with its neighbours.`);
        }
        if (!whole.checked && picture.hidden.length > 0) {
          make(answer, "p", {}, `Arrows to ${picture.hidden.slice(0, 4).map(label).join(", ")}, which nearly everything needs, are left out.`);
        }
        return;
      }
      make(answer, "h3", {}, isRoot(chosen) ? label(chosen) : `Why is ${label(chosen)} here?`);
      if (!isRoot(chosen)) {
        const way = chain(chosen);
        const list = make(answer, "ol", { class: "why" });
        if (way.length > 0) { make(list, "li", {}, label(way[0][0])); }
        way.forEach((edge) => {
          const item = make(list, "li", {}, `${edge[2]} `);
          make(item, "strong", {}, label(edge[1]));
        });
        make(answer, "p", {}, `${path(chosen)}, of ${data.nodes[chosen][2]}`);
        make(answer, "code", {}, `./build.sh --target=Why --file=${label(chosen)}`);
      }
      links(isRoot(chosen) ? "asks for" : "needs", next.get(chosen) || [], 1);
      links("needed by", before.get(chosen) || [], 0);
    };

    const choose = (node, focus) => {
      chosen = node;
      draw(focus);
      tell();
    };

    board.addEventListener("keydown", move);
    search.addEventListener("change", () => {
      const wanted = search.value.trim().toLowerCase();
      const found = data.nodes.findIndex((_, index) => isThere(index) && label(index).toLowerCase() === wanted);
      const similar = found >= 0 || wanted === "" ? found : data.nodes.findIndex((_, index) => isThere(index) && label(index).toLowerCase().includes(wanted));
      choose(similar >= 0 ? similar : null);
      if (similar < 0 && wanted !== "") { make(answer, "p", {}, `Nothing that is drawn has the name ${search.value.trim()}: the table below has all files.`); }
    });
    whole.addEventListener("change", () => choose(chosen));
    place.hidden = false;
    read();
    choose(null);
  };

  // Which section is in view.
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const watch = new IntersectionObserver((entries) => entries.forEach((entry) => links.get(entry.target.id)?.classList.toggle("here", entry.isIntersecting)), { rootMargin: "-30% 0px -65% 0px" });
  document.querySelectorAll("main > section").forEach((section) => watch.observe(section));

  treemap(document.getElementById("treemap"));
  graph(document.getElementById("graph"));
})();
