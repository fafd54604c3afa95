"use strict";
// The map of one system: layers from top to bottom, colours by class, lines by relation; a tap shows what
// fails with it.  The list beside it says the same in words and works without this script.
(function () {
  const HUES = ["#8a5a00", "#1d6fd6", "#0f766e", "#6d28d9", "#2f9e6e", "#b4235a", "#475569", "#c2410c", "#0369a1", "#4d7c0f", "#a16207", "#7c3aed", "#64748b"];
  const LINES = {
    runs_on: { color: "#475569", type: "solid", width: 1.6 }, part_of: { color: "#475569", type: "dotted", width: 1.6 },
    depends_on: { color: "#1d6fd6", type: "solid", width: 1.6 }, backs_up: { color: "#2f9e6e", type: "dashed", width: 1.4 },
    connects: { color: "#94a3b8", type: "solid", width: 1 },
  };
  const ROW = 104;
  const place = document.getElementById("asset-map");
  const source = document.getElementById("asset-map-data");
  if (!place || !source || !window.echarts) { return; }
  const told = JSON.parse(source.textContent);
  const byCode = new Map(told.nodes.map((one) => [one.code, one]));
  const ink = getComputedStyle(document.body).color;
  let chosen = place.dataset.focus && byCode.has(place.dataset.focus) ? place.dataset.focus : null;
  let chart = null;

  document.querySelectorAll("[data-hue-of]").forEach(function (dot) {
    const one = byCode.get(dot.dataset.hueOf);
    if (one) { dot.classList.add("hue-" + one.hue); }
  });

  // A layer that is wider than the place goes on in a second row.
  const rowsFor = function (width) {
    const most = Math.max(2, Math.floor(width / (width < 500 ? 100 : 132)));
    const rows = [];
    told.layers.forEach(function (layer) {
      const parts = Math.ceil(layer.length / most);
      const each = Math.ceil(layer.length / parts);
      for (let n = 0; n < layer.length; n += each) { rows.push(layer.slice(n, n + each)); }
    });
    return rows;
  };

  const fold = function (name) {
    const text = name.length > 16 ? name.slice(0, 15) + "…" : name;
    return text.length > 8 ? text.slice(0, 8) + "\n" + text.slice(8) : text;
  };

  const option = function (width, rows) {
    const hits = new Set(chosen ? told.hits[chosen].map((hit) => hit[0]) : []);
    const lit = (code) => !chosen || code === chosen || hits.has(code);
    const height = rows.length * ROW;
    const nodes = [
      { name: "corner-a", x: 0, y: 0, symbolSize: 0, label: { show: false }, tooltip: { show: false } },
      { name: "corner-b", x: width, y: height, symbolSize: 0, label: { show: false }, tooltip: { show: false } },
    ];
    rows.forEach(function (row, line) {
      row.forEach(function (code, n) {
        const one = byCode.get(code);
        const down = hits.has(code);
        nodes.push({
          name: code, x: (width * (n + 0.5)) / row.length, y: line * ROW + 34,
          symbol: one.klass === "application" ? "roundRect" : "circle", symbolSize: code === chosen ? 34 : 26,
          itemStyle: { color: down ? "#d63939" : HUES[one.hue % HUES.length], opacity: lit(code) ? 1 : 0.22, borderColor: code === chosen ? "#111827" : "#fff", borderWidth: code === chosen ? 3 : 1 },
          label: { show: true, position: "bottom", formatter: fold(one.name) + (down ? "\n受影响" : ""), color: down ? "#b42318" : ink, opacity: lit(code) ? 1 : 0.35, fontSize: 12, lineHeight: 15, backgroundColor: "rgba(255,255,255,.82)", padding: [0, 2] },
        });
      });
    });
    return {
      animation: false,
      textStyle: { fontFamily: "inherit" },
      tooltip: { renderMode: "richText", formatter: (p) => (p.dataType === "node" && byCode.has(p.name) ? byCode.get(p.name).name + "\n" + p.name + " " + byCode.get(p.name).kind + " " + byCode.get(p.name).state : p.dataType === "edge" ? told.words[p.data.kind] : "") },
      series: [{
        type: "graph", layout: "none", roam: width > 500, left: 0, top: 0, width: width, height: height, zoom: 1,
        edgeSymbol: ["none", "arrow"], edgeSymbolSize: 7, cursor: "pointer", data: nodes,
        links: told.edges.map(function (edge) {
          const on = !chosen || ((edge[0] === chosen || hits.has(edge[0])) && (edge[1] === chosen || hits.has(edge[1])));
          const style = LINES[edge[2]];
          return { source: edge[0], target: edge[1], kind: edge[2], symbol: edge[2] === "connects" ? ["none", "none"] : ["none", "arrow"], lineStyle: { color: style.color, type: style.type, width: style.width, opacity: on ? 0.9 : 0.15, curveness: edge[2] === "backs_up" || edge[2] === "connects" ? 0.18 : 0 } };
        }),
      }],
    };
  };

  const draw = function () {
    const width = place.clientWidth;
    const rows = rowsFor(width);
    place.style.height = rows.length * ROW + "px";
    if (!chart) {
      chart = window.echarts.init(place, null, { renderer: "svg" });
      chart.on("click", function (event) { if (event.dataType === "node" && byCode.has(event.name)) { choose(event.name); } });
      chart.getZr().on("click", function (event) { if (!event.target && chosen) { choose(null); } });
    }
    chart.resize();
    chart.setOption(option(width, rows), true);
  };

  const choose = function (code) {
    chosen = code;
    draw();
    const panel = document.getElementById("map-panel");
    panel.hidden = !code;
    if (!code) { return; }
    const one = byCode.get(code);
    const url = (which) => place.dataset.assetUrl.replace("__code__", encodeURIComponent(which));
    panel.querySelector("[data-map-name]").textContent = one.name;
    panel.querySelector("[data-map-facts]").textContent = [one.code, one.kind, one.state].join(" · ");
    panel.querySelector("[data-map-open]").href = url(code);
    const hits = told.hits[code];
    panel.querySelector("[data-map-count]").textContent = hits.length ? "它故障时，" + hits.length + "项受影响" : "它故障时，没有登记会受影响的资产";
    const list = panel.querySelector("[data-map-hits]");
    list.textContent = "";
    hits.forEach(function (hit) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = url(hit[0]);
      link.textContent = byCode.get(hit[0]).name;
      const why = document.createElement("span");
      why.className = "text-secondary";
      why.textContent = " " + told.words[hit[3]] + " " + byCode.get(hit[2]).name + (hit[1] > 1 ? "，间接" + hit[1] + "级" : "");
      line.append(link, why);
      list.append(line);
    });
    if (window.innerWidth < 992) { panel.scrollIntoView({ block: "nearest" }); }
  };

  document.addEventListener("click", function (event) {
    const pick = event.target.closest("[data-map-pick]");
    if (pick && !event.ctrlKey && !event.metaKey) { event.preventDefault(); choose(pick.dataset.mapPick); }
  });
  window.addEventListener("resize", draw);
  window.addEventListener("beforeprint", draw);
  draw();
})();
