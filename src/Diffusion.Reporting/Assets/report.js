"use strict";
(() => {
  const D = JSON.parse(document.getElementById("data").textContent);
  const P = D.points, count = P.steps.length, axes = D.axes.map((axis, k) => ({ ...axis, k }));
  const kinds = axes.filter(axis => !axis.cost), dark = matchMedia("(prefers-color-scheme: dark)");
  // Okabe and Ito's palette; the text's own colour stands for its black.
  const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "", "#B8A900"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow"], DASHES = ["solid", "dashed", "dotted"];
  const MOST_CURVES = 60, MOST_PANELS = 12, MOST_PICTURES = 60, ROWS = 50;
  const STATUS = { d: "done", x: "diverged", f: "failed", n: "n/a" };
  const state = { metric: 0, x: "nfe", logX: true, logY: true, bands: true, same: true, panels: -1, text: "", off: axes.map(() => new Set()), point: -1, block: -1 };

  // Texts of records only ever become text nodes and attributes, never markup.
  function el(tag, attributes, ...children) {
    const node = tag === "svg" || tag === "path" || tag === "rect" ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter(child => child != null));
    return node;
  }
  const number = (v, digits = 4) => v == null || v === "" ? "" : typeof v !== "number" ? String(v)
    : v !== 0 && (Math.abs(v) >= 1e6 || Math.abs(v) < 1e-4) ? v.toExponential(digits - 1) : String(+v.toPrecision(digits));
  const theme = light => light || !dark.matches
    ? { fg: "#1b1f24", muted: "#5b6470", line: "#d5dae1", bg: "#ffffff" } : { fg: "#e6e9ed", muted: "#a0a9b4", line: "#363d47", bg: "#14171b" };
  const unique = list => [...new Set(list)];
  const range = n => Array.from({ length: n }, (_, i) => i);
  const escape = text => echarts.format.encodeHTML(String(text));

  // Places of the sweep.
  const label = (i, axis) => axis.labels[P.axes[axis.k][i]];
  const labelOf = (i, path) => { const axis = axes.find(one => one.path === path); return axis ? label(i, axis) : ""; };
  const varying = kinds.filter(axis => axis.labels.length > 1);
  const budget = i => axes.filter(axis => axis.cost).map(axis => `${label(i, axis)} ${axis.path}`).join(", ") || `${P.steps[i]} steps`;
  const nameFor = (i, list) => list.map(axis => [axis, label(i, axis)]).filter(one => one[1] !== "")
    .map(([axis, text]) => axis.path === "solver" || list.length === 1 ? text : `${axis.path.split(".").pop()} ${text}`).join(", ");
  const fullName = i => nameFor(i, varying.length ? varying : kinds.slice(0, 1)) || D.title;
  const nameIn = (i, comparison) => axes.filter(axis => axis.path === comparison.by || axis.path.startsWith(`${comparison.by}.`))
    .map(axis => [axis.path, label(i, axis)]).filter(one => one[1] !== "")
    .map(([path, text]) => path === comparison.by ? text : `${path.slice(comparison.by.length + 1)}=${text}`).join(" ");
  const within = (i, place) => Object.entries(place).every(([path, text]) => labelOf(i, path) === text);
  const placeName = place => Object.entries(place).map(([path, text]) => `${path} ${text}`).join(", ");
  const metric = () => D.metrics[state.metric];
  const numeric = axis => axis.labels.every(text => text !== "" && isFinite(text));
  const main = varying.find(axis => axis.path === (D.metrics[0]?.comparison?.by ?? "solver")) ?? varying[0];
  const noise = varying.find(axis => axis !== main && /^schedule/.test(axis.path) && numeric(axis)) ?? varying.find(axis => axis !== main && numeric(axis));
  state.panels = (noise ?? varying.find(axis => axis !== main && axis.labels.length <= 6))?.k ?? -1;
  const search = range(count).map(i => `${fullName(i)} ${budget(i)}`.toLowerCase());
  let shown = [];
  function choose() {
    const text = state.text.toLowerCase().split(" ").filter(word => word);
    shown = range(count).filter(i => axes.every(axis => !state.off[axis.k].has(P.axes[axis.k][i])) && text.every(word => search[i].includes(word)));
  }
  const style = key => {
    const k = main ? Math.max(0, main.labels.indexOf(key)) : 0;
    return { colour: k % 8, symbol: SYMBOLS[k % SYMBOLS.length], dash: DASHES[Math.floor(k / 8) % 3] };
  };
  // On a dark ground its blue is raised to be read.
  const colour = (k, t) => k === 0 && t.bg !== "#ffffff" ? "#3D9BDC" : COLOURS[k] || t.fg;

  // Figures: charts that are drawn when they come into sight, each with its numbers and its pictures for papers.
  const figures = [];
  const sight = new IntersectionObserver(entries => {
    for (const entry of entries) {
      const one = figures.find(figure => figure.box === entry.target);
      one.visible = entry.isIntersecting;
      if (one.visible && one.dirty) draw(one);
    }
  }, { rootMargin: "300px" });
  function figure(parent, one) {
    one.box = el("div", { class: "chart", role: "img", tabindex: 0, "aria-label": one.title, id: `chart-${one.id}` });
    one.caption = el("figcaption");
    one.numbers = el("details", { ontoggle: () => numbers(one) }, el("summary", null, "Numbers"));
    const button = (text, title, act) => el("button", { type: "button", title, onclick: act }, text);
    one.node = el("figure", { id: one.id }, el("div", { class: "row" }, el("strong", null, one.title),
      button("SVG", "The figure as SVG", () => save(`${one.id}.svg`, "image/svg+xml", picture(one, "svg"))),
      button("PNG", "The figure as PNG", () => save(`${one.id}.png`, null, picture(one, "png"))),
      button("CSV", "Its numbers as CSV", () => save(`${one.id}.csv`, "text/csv", csv(one.rows()))),
      button("Vega-Lite", "The figure as a Vega-Lite document", () => save(`${one.id}.vl.json`, "application/json", vega(one)))),
    one.box, one.caption, one.numbers);
    one.dirty = true;
    figures.push(one);
    parent.append(one.node);
    sight.observe(one.box);
  }
  function draw(one) {
    one.dirty = false;
    const t = theme(false), option = one.option(t, one.box.clientWidth || 900);
    one.node.hidden = !option;
    if (!option) return;
    one.box.style.height = `${option.height}px`;
    if (!one.chart) {
      one.chart = echarts.init(one.box, null, { renderer: "canvas" });
      one.chart.on("click", event => { const i = event.data?.point ?? event.data?.[2]; if (Number.isInteger(i)) pick(i); });
    } else one.chart.resize();
    one.chart.setOption(dress(option, t), { notMerge: true });
    one.caption.textContent = option.caption ?? "";
    numbers(one);
  }
  function dress(option, t) {
    return { animation: false, backgroundColor: t.bg, textStyle: { color: t.fg, fontFamily: "system-ui, 'DejaVu Sans', sans-serif" }, aria: { enabled: true },
      ...option.chart };
  }
  function numbers(one) {
    if (!one.numbers.open) return;
    const rows = one.rows(), [head, ...body] = rows;
    one.numbers.replaceChildren(one.numbers.firstChild, table(`${one.id}-numbers`, head.map((name, k) => ({ name, get: i => body[i][k] })), range(body.length)));
  }
  function picture(one, kind) {
    const t = theme(true), width = Math.max(640, one.box.clientWidth), option = one.option(t, width), height = option.height;
    const chart = kind === "svg" ? echarts.init(null, null, { renderer: "svg", ssr: true, width, height })
      : echarts.init(el("div"), null, { renderer: "canvas", width, height });
    chart.setOption(dress(option, t));
    const result = kind === "svg" ? chart.renderToSVGString() : chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: t.bg });
    chart.dispose();
    return result;
  }
  function save(name, type, content) {
    const link = el("a", { href: type ? URL.createObjectURL(new Blob([content], { type })) : content, download: `${D.title}-${name}`.replace(/[^\w.-]+/g, "-") });
    document.body.append(link);
    link.click();
    link.remove();
  }
  const field = value => { const text = value == null ? "" : String(value); return /[",\n\r]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text; };
  const csv = rows => rows.map(row => row.map(field).join(",")).join("\n") + "\n";
  function vega(one) {
    const [head, ...body] = one.rows();
    const values = body.map(row => Object.fromEntries(head.map((name, k) => [name.replace(/[.[\]\\]/g, "_"), row[k]])));
    return JSON.stringify({ $schema: "https://vega.github.io/schema/vega-lite/v5.json", title: one.title, data: { values }, ...one.vega }, null, 1);
  }
  const channel = (name, type, log) => ({ field: name, type, ...(log ? { scale: { type: "log" } } : {}) });

  // Panels side by side in one chart, so that a figure is one picture.
  function panels(titles, width, t, x, y, legend, narrow) {
    const columns = Math.max(1, Math.min(titles.length, Math.floor(width / (narrow ?? 330)))), rows = Math.ceil(titles.length / columns);
    const legendRows = legend.length ? Math.max(1, Math.ceil(legend.reduce((sum, one) => sum + 46 + 7.2 * one.length, 0) / (width - 20))) : 0;
    const top = (titles[0] ? 30 : 8) + 24 * legendRows, cell = titles.length === 1 ? 340 : 262, w = width / columns, left = 66;
    const line = { lineStyle: { color: t.line } };
    const axis = (one, k) => ({ gridIndex: k, type: one.log ? "log" : "value", min: one.min, max: one.max, name: one.name, nameTextStyle: { color: t.muted },
      axisLabel: { color: t.muted, formatter: v => number(v, 3), hideOverlap: true }, axisLine: line, splitLine: { lineStyle: { color: t.line, opacity: .6 } },
      minorTick: { show: !!one.log }, scale: true });
    return { height: top + rows * cell - 22, chart: {
      legend: { show: legend.length > 0, type: legendRows > 5 ? "scroll" : "plain", top: 0, left: 0, data: legend, textStyle: { color: t.fg }, inactiveColor: t.line },
      tooltip: { trigger: "item", confine: true, backgroundColor: t.bg, borderColor: t.line, textStyle: { color: t.fg } },
      title: titles.map((text, k) => ({ text, left: (k % columns) * w + left - 6, top: top + Math.floor(k / columns) * cell - 24,
        textStyle: { color: t.fg, fontSize: 13, fontWeight: 600, width: w - 70, overflow: "truncate" } })),
      grid: titles.map((_, k) => ({ left: (k % columns) * w + left, top: top + Math.floor(k / columns) * cell, width: w - left - 26, height: cell - 74 })),
      xAxis: titles.map((_, k) => ({ ...axis(x, k), nameLocation: "middle", nameGap: 26 })),
      yAxis: titles.map((_, k) => ({ ...axis(Array.isArray(y) ? y[k] : y, k), ...(k % columns ? { name: "" } : {}), nameLocation: "middle", nameGap: 46 })),
      series: [] } };
  }
  // A logarithmic axis ends where numbers are round, not at the next power of ten.
  function span(values, log) {
    const kept = values.filter(v => v != null && isFinite(v) && (!log || v > 0));
    if (!kept.length) return { log: false };
    let min = Math.min(...kept), max = Math.max(...kept);
    if (!log) return { log, min: undefined, max: undefined, low: min };
    const round = (v, up) => { const p = 10 ** Math.floor(Math.log10(v) + 1e-9); const steps = [1, 2, 5, 10].map(s => s * p);
      return up ? steps.find(s => s >= v * .9999) : steps.findLast(s => s <= v * 1.0001); };
    min = round(min, false); max = round(max, true);
    return { log, min, max: max > min ? max : min * 2, low: min };
  }
  const facets = points => {
    const axis = state.panels < 0 ? null : axes[state.panels];
    if (!axis) return [{ title: "", points }];
    return unique(points.map(i => P.axes[axis.k][i])).slice(0, MOST_PANELS)
      .map(k => ({ title: `${axis.path} ${axis.labels[k]}`, points: points.filter(i => P.axes[axis.k][i] === k) }));
  };
  // The curves of a panel: the points of one configuration, by cost.
  function curves(points, x, y) {
    const own = varying.filter(axis => axis.k !== state.panels), known = new Map();
    for (const i of points) {
      if (y[i] == null || x[i] == null || (state.logX && x[i] <= 0) || (state.logY && y[i] <= 0)) continue;
      const name = nameFor(i, own) || metric().name;
      if (!known.has(name)) known.set(name, { name, points: [], ...style(main ? label(i, main) : "") });
      known.get(name).points.push(i);
    }
    const list = [...known.values()];
    for (const [k, one] of list.entries()) {
      one.points.sort((a, b) => x[a] - x[b]);
      // Configurations that only other axes tell apart share a colour, and differ in the dashes.
      one.dash = DASHES[(DASHES.indexOf(one.dash) + list.slice(0, k).filter(other => other.colour === one.colour).length) % 3];
    }
    return list;
  }
  function tip(i) {
    const m = metric(), rows = [["mean", m.mean[i]], ["95 % interval", m.lo[i] == null ? "" : `${number(m.lo[i])} to ${number(m.hi[i])}`], ["n", m.n[i]],
      ["exact sampler", m.floor[i]], ["evaluations", P.nfe[i]], ["seconds", P.seconds[i]]];
    return `<b>${escape(fullName(i))}</b>, ${escape(budget(i))}<br>${escape(m.name)}<br>${rows.filter(row => row[1] != null && row[1] !== "")
      .map(row => `${row[0]}: ${escape(number(row[1]))}`).join("<br>")}`;
  }
  const line = (k, one, x, y, t) => ({ type: "line", name: one.name, xAxisIndex: k, yAxisIndex: k, symbol: one.symbol, symbolSize: 7,
    itemStyle: { color: colour(one.colour, t) }, lineStyle: { color: colour(one.colour, t), type: one.dash, width: 2 },
    tooltip: { formatter: event => tip(event.data[2]) }, data: one.points.map(i => [x[i], y[i], i]) });
  function band(k, one, x, m, low, t) {
    const points = one.points.filter(i => m.lo[i] != null && m.hi[i] != null && (!state.logY || m.hi[i] > 0));
    return points.length < 2 ? [] : [{ type: "custom", name: one.name, xAxisIndex: k, yAxisIndex: k, silent: true, clip: true, z: 1, data: [[x[points[0]], m.hi[points[0]]]],
      tooltip: { show: false }, itemStyle: { color: colour(one.colour, t) },
      renderItem: (_, api) => ({ type: "polygon", style: { fill: colour(one.colour, t), opacity: .16 }, shape: { points: [
        ...points.map(i => api.coord([x[i], m.hi[i]])),
        ...points.toReversed().map(i => api.coord([x[i], state.logY ? Math.max(m.lo[i], low) : m.lo[i]]))] } }) }];
  }
  function level(k, value, name, x, t) {
    return { type: "line", name, xAxisIndex: k, yAxisIndex: k, symbol: "none", silent: true, lineStyle: { color: t.muted, type: "dashed", width: 1.5 },
      itemStyle: { color: t.muted }, data: x.map(at => [at, value]) };
  }
  function quality(t, width) {
    const m = metric(), x = P[state.x], all = facets(shown).map(one => ({ ...one, curves: curves(one.points, x, m.mean) }));
    const drawn = all.flatMap(one => one.curves.slice(0, MOST_CURVES).flatMap(curve => curve.points));
    if (!drawn.length) return null;
    const floors = drawn.map(i => m.floor[i]);
    const smallest = Math.min(...drawn.map(i => m.mean[i]).filter(v => v > 0));
    const xs = span(drawn.map(i => x[i]), state.logX);
    const spanOf = list => span(list.flatMap(i => [m.mean[i], state.bands ? Math.max(m.lo[i] ?? m.mean[i], state.logY ? smallest / 30 : -Infinity) : null, state.bands ? m.hi[i] : null, m.floor[i]]), state.logY);
    const ys = all.map(one => ({ ...spanOf(state.same ? drawn : one.curves.flatMap(curve => curve.points)), name: m.name }));
    const legend = unique(all.flatMap(one => one.curves.slice(0, MOST_CURVES).map(curve => curve.name)));
    const hasFloor = floors.some(v => v != null && (!state.logY || v > 0));
    if (hasFloor) legend.push("exact sampler");
    const option = panels(all.map(one => one.title), width, t, { ...xs, name: state.x === "nfe" ? "evaluations (NFE)" : "seconds of sampling" },
      ys, legend);
    for (const [k, one] of all.entries()) {
      for (const curve of one.curves.slice(0, MOST_CURVES)) {
        option.chart.series.push(line(k, curve, x, m.mean, t), ...state.bands ? band(k, curve, x, m, ys[k].low, t) : []);
      }
      const ends = one.points.map(i => x[i]).filter(v => v != null && (!state.logX || v > 0));
      for (const value of unique(one.points.map(i => m.floor[i])).filter(v => v != null && (!state.logY || v > 0)).slice(0, 4))
        option.chart.series.push(level(k, value, "exact sampler", [Math.min(...ends), Math.max(...ends)], t));
      if (m.target) option.chart.series.push(level(k, m.target, "target", [Math.min(...ends), Math.max(...ends)], t));
    }
    const left = all.reduce((sum, one) => sum + Math.max(0, one.curves.length - MOST_CURVES), 0), below = state.logY && drawn.length < shown.filter(i => m.mean[i] != null).length;
    option.caption = [m.goal, state.bands ? `Bands are 95 % intervals of the mean over ${D.unit === "network" ? "trained networks" : "repeats"}, where there are two or more.` : "",
      hasFloor ? "The dashed line is what a sampler without error scores with as many samples." : "", below ? "Values of zero and below have no place on a logarithmic axis." : "",
      left ? `${left} more curves are not drawn; the filter chooses.` : ""].filter(text => text).join(" ");
    return option;
  }
  const pointRows = () => [[...axes.map(axis => axis.path), "steps", "nfe", "seconds", "metric", "mean", "se", "low", "high", "n", "exact"],
    ...shown.map(i => { const m = metric(); return [...axes.map(axis => label(i, axis)), P.steps[i], P.nfe[i], P.seconds[i], m.name, m.mean[i], m.se[i], m.lo[i], m.hi[i],
      m.n[i], m.floor[i]]; })];

  // Slopes of log value against log steps, or evaluations, with the lines that were fitted.
  function fits() {
    const comparison = metric()?.comparison;
    const orders = (comparison?.orders ?? []).flatMap(one => one.list.map(fit => ({ ...fit, axes: one.axes, slope: fit.order == null ? null : -fit.order, x: "steps" })));
    const list = orders.length ? orders : (comparison?.curves ?? []).flatMap(one => one.slopes.map(fit => ({ ...fit, axes: one.axes, slope: fit.exponent, x: "nfe" })));
    return list.filter(fit => shown.some(i => within(i, fit.axes) && nameIn(i, comparison) === comparison.names[fit.name]));
  }
  function order(t, width) {
    const list = fits(), m = metric();
    if (!list.length) return null;
    const x = P[list[0].x], places = unique(list.map(fit => placeName(fit.axes))).slice(0, MOST_PANELS), series = [], used = [];
    for (const [k, place] of places.entries()) {
      for (const fit of list.filter(one => placeName(one.axes) === place)) {
        const name = m.comparison.names[fit.name], points = shown.filter(i => within(i, fit.axes) && nameIn(i, m.comparison) === name && m.mean[i] > 0 && x[i] > 0)
          .sort((a, b) => x[a] - x[b]);
        const own = { name, points, ...style(labelOf(points[0], m.comparison.by)) };
        if (used.every(one => !(one.k === k && one.name === name))) series.push(t2 => ({ ...line(k, own, x, m.mean, t2), lineStyle: { width: 0, color: colour(own.colour, t2) } }));
        used.push({ k, name, points });
        const straight = points.filter(i => x[i] >= fit.from * .999 && x[i] <= fit.to * 1.001);
        if (fit.slope == null || !straight.length) continue;
        const c = straight.reduce((sum, i) => sum + Math.log(m.mean[i]) - fit.slope * Math.log(x[i]), 0) / straight.length;
        series.push(t2 => ({ type: "line", name, xAxisIndex: k, yAxisIndex: k, symbol: "none", silent: true, itemStyle: { color: colour(own.colour, t2) },
          lineStyle: { color: colour(own.colour, t2), width: 2 }, data: [fit.from, fit.to].map(at => [at, Math.exp(c + fit.slope * Math.log(at))]),
          labelLayout: { hideOverlap: true }, endLabel: { show: true, formatter: fit.slope.toFixed(2), color: colour(own.colour, t2) } }));
      }
    }
    const points = used.flatMap(one => one.points);
    if (!points.length) return null;
    const option = panels(places, width, t, { ...span(points.map(i => x[i]), true), name: list[0].x === "steps" ? "steps" : "evaluations (NFE)" },
      { ...span(points.map(i => m.mean[i]), true), name: m.name }, unique(used.map(one => one.name)));
    option.chart.series = series.map(make => make(t));
    option.caption = "Lines are fitted where the curve is straight within 10 % on logarithmic scales; the number at their end is the slope.";
    return option;
  }
  const orderRows = () => [["configuration", "place", "slope", "low", "high", "declared order", "from", "to", "n"], ...fits().map(fit => {
    const turned = fit.x === "steps";
    return [metric().comparison.names[fit.name], placeName(fit.axes), fit.slope, turned ? fit.hi == null ? null : -fit.hi : fit.lo, turned ? fit.lo == null ? null : -fit.lo : fit.hi,
      fit.declared, fit.from, fit.to, fit.n];
  })];

  // Fronts: what cannot be had better at the same price.
  const fronts = () => (metric()?.comparison?.curves ?? []).filter(one => one.measure === (state.x === "nfe" ? "evaluations" : "seconds") && one.front.length
    && shown.some(i => within(i, one.axes)));
  function pareto(t, width) {
    const m = metric(), list = fronts().slice(0, MOST_PANELS), x = P[state.x];
    if (!list.length) return null;
    const names = m.comparison.names, good = v => v != null && (!state.logY || v > 0);
    const clouds = list.map(one => shown.filter(i => within(i, one.axes) && good(m.mean[i]) && x[i] > 0)), all = clouds.flat();
    if (!all.length) return null;
    const used = names.filter(name => all.some(i => nameIn(i, m.comparison) === name));
    const option = panels(list.map(one => placeName(one.axes)), width, t, { ...span(all.map(i => x[i]), state.logX), name: state.x === "nfe" ? "evaluations (NFE)" : "seconds of sampling" },
      { ...span(all.map(i => m.mean[i]), state.logY), name: m.name }, [...used, "front"]);
    for (const [k, one] of list.entries()) {
      for (const name of used) {
        const points = clouds[k].filter(i => nameIn(i, m.comparison) === name);
        if (!points.length) continue;
        const look = style(labelOf(points[0], m.comparison.by));
        option.chart.series.push({ type: "scatter", name, xAxisIndex: k, yAxisIndex: k, symbol: look.symbol, symbolSize: 9, itemStyle: { color: colour(look.colour, t) },
          tooltip: { formatter: event => tip(event.data[2]) }, data: points.map(i => [x[i], m.mean[i], i]) });
      }
      const front = one.front.filter(point => good(point.mean));
      option.chart.series.push({ type: "line", name: "front", step: "end", xAxisIndex: k, yAxisIndex: k, symbol: "none", z: 1, itemStyle: { color: t.muted },
        lineStyle: { color: t.muted, width: 2 }, data: front.map(point => [point.cost, point.mean]), silent: true,
        markLine: { symbol: "none", silent: true, lineStyle: { color: t.muted, type: "dotted" }, label: { color: t.muted, fontSize: 10, position: "insideEndTop" },
          data: one.crossings.slice(0, 6).map(cross => ({ xAxis: cross.at, label: { formatter: `${names[cross.below]} → ${names[cross.above]}` } })) } });
    }
    option.caption = "The line joins what nothing undercuts by its mean. Dotted lines are costs at which one overtakes another, each sure at 95 % on both sides.";
    return option;
  }
  const paretoRows = () => [["place", "configuration", "budget", "cost", "mean", "as good"], ...fronts().flatMap(one => one.front.map(point =>
    [placeName(one.axes), metric().comparison.names[point.name], point.budget, point.cost, point.mean, point.asGood.join("; ")]))];

  // Who beats whom.
  function duels() {
    const comparison = metric()?.comparison, tally = new Map();
    if (!comparison) return null;
    const blocks = state.block < 0 ? comparison.blocks : [comparison.blocks[Math.min(state.block, comparison.blocks.length - 1)]];
    const kept = new Set(shown.map(i => comparison.names.indexOf(nameIn(i, comparison))));
    for (const block of blocks) {
      block.i.forEach((first, k) => {
        const verdict = block.verdicts[k], second = block.j[k];
        for (const [a, b, own] of [[first, second, verdict], [second, first, { w: "l", l: "w" }[verdict] ?? verdict]]) {
          const key = a * comparison.names.length + b;
          if (!tally.has(key)) tally.set(key, { a, b, w: 0, t: 0, l: 0, o: 0 });
          tally.get(key)[own]++;
        }
      });
    }
    return { comparison, blocks, kept, cells: [...tally.values()].filter(one => kept.has(one.a) && kept.has(one.b)) };
  }
  function matrix(t, width) {
    const found = duels();
    if (!found?.cells.length) return null;
    const { comparison, cells } = found, rank = comparison.tallies.map(row => row[0]).filter(k => found.kept.has(k)), names = rank.map(k => comparison.names[k]);
    const size = Math.max(26, Math.min(54, (width - 220) / names.length)), wide = Math.min(200, 22 + 7.4 * Math.max(...names.map(name => name.length)));
    const axis = { type: "category", data: names, axisLabel: { color: t.fg, interval: 0, width: wide - 10, overflow: "truncate" }, axisTick: { show: false }, axisLine: { show: false },
      splitArea: { show: false } };
    return { height: size * names.length + (names.length > 4 ? wide * .6 : 0) + 34, caption: "Rows against columns: won / tied / lost over the blocks, after Holm's correction for all comparisons. "
        + "What is tied is not distinguishable with these repeats.", chart: {
      tooltip: { confine: true, backgroundColor: t.bg, borderColor: t.line, textStyle: { color: t.fg }, formatter: event => escape(event.data.tip) },
      grid: { left: wide + 10, top: 4, width: size * 1.35 * names.length > width - wide - 30 ? width - wide - 30 : size * 1.35 * names.length, height: size * names.length },
      xAxis: { ...axis, position: "bottom", axisLabel: { ...axis.axisLabel, rotate: names.length > 4 ? 35 : 0 } }, yAxis: { ...axis, inverse: true },
      visualMap: { show: false, min: -1, max: 1, dimension: 2, inRange: { color: ["#D55E00", dark.matches && t.bg !== "#ffffff" ? "#2a3038" : "#f0f2f5", "#0072B2"] } },
      series: [{ type: "heatmap", itemStyle: { borderColor: t.bg, borderWidth: 2 }, data: cells.map(one => {
        const all = one.w + one.t + one.l + one.o, strong = Math.abs(one.w - one.l) / all > .45;
        return { value: [rank.indexOf(one.b), rank.indexOf(one.a), (one.w - one.l) / all],
          label: { show: size >= 30, color: strong ? "#fff" : t.fg, fontSize: 11, formatter: `${one.w}/${one.t}/${one.l}` },
          tip: `${comparison.names[one.a]} against ${comparison.names[one.b]}: ${one.w} won, ${one.t} tied, ${one.l} lost${one.o ? `, ${one.o} open` : ""}` };
      }) }] } };
  }
  function matrixRows() {
    const found = duels();
    const rows = [["first", "second", "place", "verdict", "n", "difference", "low", "high", "p (Holm)"]], words = { w: "better", t: "not distinguishable", l: "worse", o: "open" };
    for (const block of found?.blocks ?? []) {
      block.i.forEach((first, k) => { if (found.kept.has(first) && found.kept.has(block.j[k])) rows.push([found.comparison.names[first], found.comparison.names[block.j[k]],
        placeName(block.axes), words[block.verdicts[k]], block.n?.[k], block.diff?.[k], block.lo?.[k], block.hi?.[k], block.p?.[k]]); });
    }
    return rows;
  }

  // Where samplers leave every scale, or fail.
  function lost(t, width) {
    const bad = i => (P.diverged[i] + P.failed[i]) / P.cells[i], rows = noise ?? main;
    if (!rows || !shown.some(i => bad(i) > 0)) return null;
    const own = rows === main ? null : main, steps = unique(shown.map(i => P.steps[i])).sort((a, b) => a - b);
    const titles = own ? unique(shown.map(i => label(i, own))).slice(0, MOST_PANELS) : [""], marks = unique(shown.map(i => label(i, rows)));
    const option = panels(titles, width, t, { name: "steps" }, { name: rows.path }, []);
    const axis = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { color: t.muted } };
    option.chart.xAxis = option.chart.xAxis.map(one => ({ ...one, ...axis, type: "category", data: steps.map(String), min: undefined, max: undefined }));
    option.chart.yAxis = option.chart.yAxis.map(one => ({ ...one, ...axis, type: "category", data: marks, min: undefined, max: undefined }));
    option.chart.visualMap = { show: false, min: 0, max: 1, dimension: 2, inRange: { color: [dark.matches && t.bg !== "#ffffff" ? "#2a3038" : "#e8edf2", "#E69F00", "#D55E00"] } };
    option.chart.series = titles.map((title, k) => ({ type: "heatmap", xAxisIndex: k, yAxisIndex: k, itemStyle: { borderColor: t.bg, borderWidth: 2 },
      tooltip: { formatter: event => `${escape(title)} ${escape(event.data.tip)}` },
      data: steps.flatMap((step, c) => marks.flatMap((mark, r) => {
        const points = shown.filter(i => P.steps[i] === step && label(i, rows) === mark && (!own || label(i, own) === title)), all = points.reduce((sum, i) => sum + P.cells[i], 0);
        const gone = points.reduce((sum, i) => sum + P.diverged[i] + P.failed[i], 0);
        return all ? [{ value: [c, r, gone / all], label: { show: gone > 0 && (width / Math.min(titles.length, 3) - 92) / steps.length > 32, formatter: `${gone}/${all}`, color: gone / all > .6 ? "#fff" : t.fg },
          tip: `${step} steps, ${rows.path} ${mark}: ${gone} of ${all} cells diverged or failed` }] : [];
      })) }));
    option.caption = "Cells that diverged or failed, of all that ended.";
    return option;
  }
  const lostRows = () => [[...axes.map(axis => axis.path), "steps", "cells", "diverged", "failed", "n/a"], ...shown.map(i => [...axes.map(axis => label(i, axis)), P.steps[i], P.cells[i],
    P.diverged[i], P.failed[i], P.na[i]])];

  // Training.
  const trainingName = one => `${one.name} ${one.key}${D.runs.length > 1 ? ` (${one.run})` : ""}`;
  const training = (x, y, xName, yName, logX) => (t, width) => {
    const list = D.training.filter(one => one[x].length);
    if (!list.length) return null;
    const all = list.flatMap(one => one[y]), log = all.every(v => v > 0);
    const option = panels([""], width, t, { ...span(list.flatMap(one => one[x]), logX), name: xName }, { ...span(all, log), name: yName }, list.length > 1 ? list.map(trainingName) : []);
    option.chart.series = list.map((one, k) => ({ type: "line", name: trainingName(one), symbol: one[x].length > 40 ? "none" : SYMBOLS[k % 7], itemStyle: { color: colour(k % 8, t) },
      lineStyle: { width: 1.6, type: DASHES[Math.floor(k / 8) % 3] }, data: one[x].map((at, i) => [at, one[y][i]]),
      tooltip: { formatter: event => `${escape(event.seriesName)}<br>${xName}: ${number(event.data[0])}<br>${yName}: ${number(event.data[1])}` } }));
    return option;
  };
  const trainingRows = (x, y) => () => [["model", x, y], ...D.training.flatMap(one => one[x].map((at, i) => [trainingName(one), at, one[y][i]]))];

  // Tables.
  function table(id, columns, rows, onPick) {
    const isNumber = columns.map(column => rows.slice(0, 200).some(i => typeof column.get(i) === "number") && rows.slice(0, 200).every(i => typeof column.get(i) !== "string" || column.get(i) === ""));
    let order = rows, by = -1, up = true, most = ROWS;
    const body = el("tbody"), more = el("button", { type: "button", class: "more", onclick: () => { most *= 4; fill(); } });
    const heads = columns.map((column, k) => el("th", { scope: "col", class: isNumber[k] ? "num" : "" }, el("button", { type: "button", onclick: () => sort(k) }, column.name)));
    function sort(k) {
      up = by === k ? !up : true;
      by = k;
      const empty = v => v == null || v === "", compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
      const value = new Map(rows.map(i => [i, columns[k].get(i)]));
      order = rows.toSorted((a, b) => { const u = value.get(a), v = value.get(b); return empty(u) || empty(v) ? empty(u) - empty(v) : (up ? 1 : -1) * compare(u, v); });
      heads.forEach((head, c) => c === k ? head.setAttribute("aria-sort", up ? "ascending" : "descending") : head.removeAttribute("aria-sort"));
      fill();
    }
    function fill() {
      body.replaceChildren(...order.slice(0, most).map(i => el("tr", onPick ? { class: "pickable", onclick: () => onPick(i) } : null, ...columns.map((column, k) =>
        el("td", { class: column.look?.(i) ?? (isNumber[k] ? "num" : "") }, number(column.get(i)))))));
      more.hidden = order.length <= most;
      more.textContent = `${order.length - most} more rows`;
    }
    fill();
    return el("div", { class: "scroll", id }, el("table", null, el("thead", null, el("tr", null, ...heads)), body), more);
  }
  const download = (name, columns, rows) => el("button", { type: "button", onclick: () => save(`${name}.csv`, "text/csv",
    csv([columns.map(column => column.name), ...rows().map(i => columns.map(column => column.get(i)))])) }, "CSV");
  const pointColumns = () => [...axes.map(axis => ({ name: axis.path, get: i => axis.cost && isFinite(label(i, axis)) ? +label(i, axis) : label(i, axis) })),
    { name: "NFE", get: i => P.nfe[i] }, { name: "seconds", get: i => P.seconds[i] }, ...(metric() ? [{ name: metric().name, get: i => metric().mean[i] }, { name: "standard error", get: i => metric().se[i] },
      { name: "low", get: i => metric().lo[i] }, { name: "high", get: i => metric().hi[i] }, { name: "n", get: i => metric().n[i] }, { name: "exact", get: i => metric().floor[i] }] : []),
    { name: "diverged", get: i => P.diverged[i] || "" }, { name: "failed", get: i => P.failed[i] || "" }, { name: "n/a", get: i => P.na[i] || "" }];
  const C = D.cells;
  const cellColumns = [{ name: "cell", get: c => C.id[c] }, ...(D.runs.length > 1 ? [{ name: "run", get: c => D.runs[C.run[c]].label }] : []),
    ...axes.map(axis => ({ name: axis.path, get: c => axis.cost && isFinite(label(C.point[c], axis)) ? +label(C.point[c], axis) : label(C.point[c], axis) })),
    { name: "repeat", get: c => C.repeat[c] }, ...(C.network.some(k => k) ? [{ name: "network", get: c => C.network[c] }] : []),
    { name: "status", get: c => STATUS[C.status[c]] }, { name: "NFE", get: c => C.nfe[c] }, { name: "seconds", get: c => C.seconds[c] },
    ...C.values.map((values, k) => ({ name: D.metrics[k]?.name ?? `metric ${k + 1}`, get: c => values[c] })), { name: "error", get: c => C.error[c] < 0 ? "" : D.errors[C.error[c]] }];
  function shownCells() {
    const kept = new Uint8Array(count);
    for (const i of state.point < 0 ? shown : [state.point]) kept[i] = 1;
    return range(C.id.length).filter(c => kept[C.point[c]]);
  }

  // Samples.
  const DIGIT = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].map((c, k) => [c, k]));
  function dots(text) {
    let path = "";
    for (let k = 0; k < text.length; k += 4)
      path += `M${(DIGIT.get(text[k]) * 64 + DIGIT.get(text[k + 1])) / 8} ${(DIGIT.get(text[k + 2]) * 64 + DIGIT.get(text[k + 3])) / 8}h0`;
    return path;
  }
  function samples(parent) {
    const kept = new Set(shown), list = D.pictures.filter(one => kept.has(C.point[one.cell])), t = theme(false);
    parent.replaceChildren(el("p", { class: "note" }, `Samples (blue) over data (grey). Every picture is of repeat 0, whose cells begin with the same noise where their noise scale and seed are the same; `
      + `the axes span the data.${list.length > MOST_PICTURES ? ` ${MOST_PICTURES} of ${list.length} are shown; the filter chooses.` : ""}`),
    el("div", { class: "samples" }, ...list.slice(0, MOST_PICTURES).map(one => {
      const i = C.point[one.cell], name = `${fullName(i)}, ${budget(i)}, repeat ${C.repeat[one.cell]}${C.network[one.cell] ? `, network ${C.network[one.cell]}` : ""}`;
      return el("figure", null, el("svg", { viewBox: "30 30 452 452", role: "img", "aria-label": `Samples of ${name}`, "stroke-linecap": "round", fill: "none" },
        el("rect", { x: 47, y: 47, width: 418, height: 418, stroke: t.line }), el("path", { d: dots(D.references[one.reference]), stroke: t.muted, "stroke-width": 6, "stroke-opacity": .45 }),
        el("path", { d: dots(one.points), stroke: dark.matches ? "#56B4E9" : "#0072B2", "stroke-width": 6, "stroke-opacity": .7 })),
      el("figcaption", null, name, el("br"), `cell ${C.id[one.cell]}`));
    })));
  }

  // The page.
  const page = document.getElementById("main"), parts = [];
  function section(id, title, ...children) {
    const node = el("section", { id: `section-${id}`, "aria-labelledby": `title-${id}` }, el("h2", { id: `title-${id}` }, title), ...children);
    page.append(node);
    return node;
  }
  const part = (update, ...where) => { const box = el("div"); where[0].append(box); parts.push(() => update(box)); };
  function pick(i) { state.point = state.point === i ? -1 : i; refresh(false); }
  function refresh(all = true) {
    choose();
    for (const update of parts) update();
    if (!all) return;
    for (const one of figures) {
      one.dirty = true;
      one.node.hidden = false;
      if (one.visible) draw(one);
    }
    document.getElementById("shown").textContent = `${shown.length} of ${count} places`;
  }
  function controls() {
    const box = document.getElementById("filter"), set = (name, value) => { state[name] = value; refresh(); };
    const pickOne = (text, options, current, change) => el("label", null, text, el("select", { onchange: event => change(+event.target.value), "aria-label": text },
      ...options.map(([value, name]) => el("option", { value, selected: value === current }, name))));
    const check = (text, name) => el("label", null, el("input", { type: "checkbox", checked: state[name], onchange: event => set(name, event.target.checked) }), text);
    if (D.metrics.length > 1) box.append(pickOne("metric", D.metrics.map((one, k) => [k, one.name]), 0, k => { state.block = -1; set("metric", k); }));
    box.append(el("label", null, "against", el("select", { "aria-label": "against", onchange: event => set("x", event.target.value) }, el("option", { value: "nfe" }, "evaluations"),
      el("option", { value: "seconds" }, "seconds"))), check("log x", "logX"), check("log y", "logY"), check("bands", "bands"), check("same scales", "same"));
    if (varying.length > 1) box.append(pickOne("panels", [[-1, "none"], ...varying.map(axis => [axis.k, axis.path])], state.panels, k => set("panels", k)));
    for (const axis of axes.filter(one => one.labels.length > 1)) {
      const boxes = axis.labels.map((text, k) => el("input", { type: "checkbox", checked: true, onchange: event => {
        event.target.checked ? state.off[axis.k].delete(k) : state.off[axis.k].add(k);
        refresh();
      } }));
      const every = on => { boxes.forEach((one, k) => { one.checked = on; on ? state.off[axis.k].delete(k) : state.off[axis.k].add(k); }); refresh(); };
      box.append(el("details", { class: "axis" }, el("summary", { class: "pick" }, axis.path), el("div", null, el("div", { class: "row" },
        el("button", { type: "button", onclick: () => every(true) }, "all"), el("button", { type: "button", onclick: () => every(false) }, "none")),
      ...axis.labels.map((text, k) => el("label", null, boxes[k], text || "(none)")))));
    }
    document.addEventListener("click", event => box.querySelectorAll("details[open]").forEach(one => { if (!one.contains(event.target)) one.open = false; }));
    document.addEventListener("keydown", event => { if (event.key === "Escape") box.querySelectorAll("details[open]").forEach(one => { one.open = false; }); });
    box.append(el("input", { type: "search", id: "search", placeholder: "filter, as in heun 20", "aria-label": "filter by text", oninput: event => set("text", event.target.value) }),
      el("span", { class: "note", id: "shown", "aria-live": "polite" }));
  }
  function build() {
    controls();
    if (D.skipped.length) page.append(el("div", { class: "warning" }, el("p", null, "Not everything is shown:"), el("ul", null, ...D.skipped.map(text => el("li", null, text)))));
    if (D.runs.some(run => run.description)) page.append(...D.runs.filter(run => run.description).map(run => el("p", null, D.runs.length > 1 ? `${run.label}: ${run.description}` : run.description)));
    const claimed = D.runs.filter(run => run.claims);
    if (claimed.length) section("claims", "Claims", ...claimed.flatMap(({ label: name, claims }) => [D.runs.length > 1 ? el("h3", null, name) : null,
      el("p", { class: "note" }, claims.lines.join(" ")), table("claims", claims.headers.map((head, k) => ({ name: head, get: i => claims.rows[i][k],
        look: i => k === 1 ? claims.verdicts[i] : "" })), range(claims.rows.length))]));
    if (D.metrics.length) {
      figure(section("quality", "Quality against cost"), { id: "quality", title: "Quality against cost", option: quality, rows: pointRows, vega: { mark: { type: "line", point: true },
        encoding: { x: channel("nfe", "quantitative", true), y: channel("mean", "quantitative", true), color: channel((main?.path ?? "metric").replace(/[.[\]\\]/g, "_"), "nominal"),
          ...(noise ? { facet: channel(noise.path.replace(/[.[\]\\]/g, "_"), "ordinal") } : {}) } } });
      if (D.metrics.some(one => one.comparison?.orders.length || one.comparison?.curves.some(curve => curve.slopes.length)))
        figure(section("order", "Order and slopes"), { id: "order", title: "Slopes on logarithmic scales", option: order, rows: orderRows, vega: { mark: "point",
          encoding: { x: channel("slope", "quantitative"), y: channel("configuration", "nominal"), color: channel("place", "nominal") } } });
      if (D.metrics.some(one => one.comparison)) {
        figure(section("pareto", "What cannot be had better at the same price"), { id: "pareto", title: "Front of quality and cost", option: pareto, rows: paretoRows,
          vega: { mark: { type: "line", interpolate: "step-after", point: true }, encoding: { x: channel("cost", "quantitative", true), y: channel("mean", "quantitative", true), color: channel("place", "nominal") } } });
        const who = section("matrix", "Who is better");
        part(box => {
          const comparison = metric().comparison;
          box.replaceChildren();
          if (!comparison) return;
          box.append(el("label", null, "block", el("select", { "aria-label": "block", onchange: event => { state.block = +event.target.value; refresh(); } },
            ...[[-1, "all blocks"], ...comparison.blocks.map((block, k) => [k, placeName(block.axes) || "the only one"])].map(([value, name]) => el("option", { value, selected: value === state.block }, name)))));
        }, who);
        figure(who, { id: "matrix", title: "Won, tied, lost", option: matrix, rows: matrixRows, vega: { mark: "rect", encoding: { x: channel("second", "nominal"), y: channel("first", "nominal"), color: channel("verdict", "nominal") } } });
        part(standings, who);
      }
    }
    if (P.diverged.some(k => k) || P.failed.some(k => k)) figure(section("lost", "Where samplers diverge"), { id: "divergence", title: "Diverged or failed", option: lost, rows: lostRows,
      vega: { mark: "rect", encoding: { x: channel("steps", "ordinal"), y: channel(((noise ?? main)?.path ?? "steps").replace(/[.[\]\\]/g, "_"), "nominal"), color: { aggregate: "sum", field: "diverged", type: "quantitative" } } } });
    if (D.training.length) {
      const trained = section("training", "Training");
      for (const [id, title, x, y, xName, log] of [["training-loss", "Loss over training", "step", "loss", "training step", false], ["level-loss", "Loss by noise level", "level", "levelLoss", "log(α/σ)", false]])
        figure(trained, { id, title, option: training(x, y, xName, "loss", log), rows: trainingRows(x, y), vega: { mark: "line", encoding: { x: channel(x, "quantitative"), y: channel(y, "quantitative", true), color: channel("model", "nominal") } } });
    }
    if (D.pictures.length) part(samples, section("samples", "Samples"));
    const tables = section("configurations", "Configurations");
    part(box => { const columns = pointColumns(); box.replaceChildren(el("p", { class: "row note" }, "Means over repeats; a row shows its cells below. ", download("configurations", columns, () => shown)), table("points", columns, shown, pick)); }, tables);
    const cells = section("cells", "Cells");
    part(box => { const rows = shownCells(); box.replaceChildren(el("p", { class: "row note" }, state.point < 0 ? `${rows.length} cells. ` : `${rows.length} cells of ${fullName(state.point)}, ${budget(state.point)}. `,
      state.point < 0 ? null : el("button", { type: "button", onclick: () => pick(state.point) }, "all cells"), download("cells", cellColumns, shownCells)), table("cell-table", cellColumns, rows)); }, cells);
    const troubled = section("failures", "Failures and what does not apply");
    part(box => {
      const groups = new Map();
      for (const c of shownCells()) if (C.error[c] >= 0) { const key = `${C.status[c]}${C.error[c]}`; groups.set(key, [...(groups.get(key) ?? []), c]); }
      const list = [...groups.values()];
      box.replaceChildren(list.length ? table("failure-table", [{ name: "status", get: k => STATUS[C.status[list[k][0]]] }, { name: "cells", get: k => list[k].length },
        { name: "for example", get: k => `${C.id[list[k][0]]} (${fullName(C.point[list[k][0]])}, ${budget(C.point[list[k][0]])})` }, { name: "reason", get: k => D.errors[C.error[list[k][0]]] }], range(list.length))
        : el("p", { class: "note" }, "Nothing failed, nothing diverged, and every metric applies."));
    }, troubled);
    const origin = section("provenance", "Configuration and provenance");
    for (const run of D.runs) {
      const facts = [["run", run.label], ["status", run.status], ["started", run.started], ["plan", run.planKey], ["cells planned", run.planned], ["repeats", run.repeats],
        ["trained networks", run.networks > 1 ? run.networks : null], ...(run.data ?? []).flatMap(row => [["data", row.slice(0, 4).filter(text => text).join("; ")], ["data, SHA-256", row[4]]]),
        ...Object.entries(run.environment ?? {})].filter(fact => fact[1] != null && fact[1] !== "");
      origin.append(el("h3", null, run.label), el("details", { open: D.runs.length === 1 }, el("summary", null, "Machine, software and data"),
        table(`facts`, [{ name: "fact", get: k => facts[k][0] }, { name: "value", get: k => String(facts[k][1]) }], range(facts.length))));
      if (run.manifest) origin.append(el("details", null, el("summary", null, "Manifest as composed"), el("pre", { tabindex: 0 }, run.manifest)));
    }
    page.append(el("p", { class: "note" }, `Made from the records alone${D.last ? `, the last of ${D.last.slice(0, 16).replace("T", " ")} UTC` : ""}; 'diffusion report' makes it again. Charts by Apache ECharts (Apache License 2.0).`));
  }
  function standings(box) {
    const found = duels();
    box.replaceChildren();
    if (!found) return;
    const { comparison, blocks } = found, tallies = comparison.tallies.filter(row => found.kept.has(row[0]));
    box.append(el("h3", null, "All blocks"), table("tallies", ["configuration", "won", "tied", "lost", "open"].map((name, k) => ({ name, get: i => k ? tallies[i][k] : comparison.names[tallies[i][0]] })), range(tallies.length)));
    box.append(el("h3", null, "Not distinguishable"), el("p", { class: "note" }, "The largest groups in which no two are told apart. Ranks in brackets are those that the decided comparisons leave open."));
    box.append(table("groups", [{ name: "block", get: k => placeName(blocks[k].axes) || "the only one" },
      { name: "best first (ranks)", get: k => blocks[k].order.map((name, r) => `${comparison.names[name]}${blocks[k].ranks[r] ? ` (${blocks[k].ranks[r]})` : ""}`).join(", ") },
      { name: "groups", get: k => blocks[k].groups.filter(group => group.length > 1).map(group => group.map(name => comparison.names[name]).join(" = ")).join("; ") || "none" }], range(blocks.length)));
    box.append(el("details", null, el("summary", null, "What the errors cover, and what else may stand behind a difference"), el("ul", { class: "note" }, ...comparison.notes.map(text => el("li", null, text)))));
  }
  choose();
  build();
  refresh();
  dark.addEventListener("change", () => refresh());
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => refresh(), 150); });
  addEventListener("beforeprint", () => figures.filter(one => one.dirty).forEach(draw));
})();
