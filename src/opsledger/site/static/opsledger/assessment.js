"use strict";
// Scores by month against the edges of the bands.

(function () {
  const draw = function () {
    const place = document.getElementById("score-chart");
    const data = document.getElementById("score-data");
    if (!place || !data || !window.echarts || echarts.getInstanceByDom(place)) { return; }
    const told = JSON.parse(data.textContent);
    const chart = echarts.init(place);
    const low = Math.min(...told.scores, ...told.edges.map((e) => e.at));
    const lowest = told.edges.length ? Math.max(...told.edges.map((e) => e.at)) : low;
    chart.setOption({
      animation: false,
      grid: { left: 44, right: 120, top: 24, bottom: 28 },
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (v) => `${v} 分` },
      xAxis: { type: "category", data: told.labels, axisTick: { show: false } },
      yAxis: { type: "value", name: "分", min: Math.max(0, Math.floor((low - 5) / 10) * 10), max: told.top },
      series: [{
        type: "bar", data: told.scores, barMaxWidth: 42, name: "得分",
        itemStyle: { color: (p) => (p.value >= lowest ? "#2f9e6e" : "#e08a1e"), borderRadius: [3, 3, 0, 0] },
        label: { show: true, position: "top", formatter: (p) => String(p.value) },
        markLine: {
          symbol: "none", silent: true,
          lineStyle: { type: "dashed", color: "#667382" },
          label: { position: "end", formatter: (p) => p.name },
          data: told.edges.map((e) => ({ yAxis: e.at, name: `${e.at} 分` })),
        },
      }],
    });
    window.addEventListener("resize", function () { chart.resize(); });
  };
  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("htmx:afterSettle", draw);
})();
