"use strict";
// Charts: each reads its data from the JSON beside it. Colours are those of the bands, always with words.
(function () {
  const text = getComputedStyle(document.body).color;
  const draw = {
    desk: function (chart, data) {
      const bar = (name, rows, color) => ({ name: name, type: "bar", data: rows, barMaxWidth: 18, itemStyle: { color: color } });
      chart.setOption({
        animation: false,
        textStyle: { fontFamily: "inherit", color: text },
        grid: { left: 40, right: 24, top: 40, bottom: 28 },
        legend: { top: 0, right: 24, itemGap: 20, textStyle: { color: text } },
        tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (v) => v + " 张" },
        xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLabel: { color: text, hideOverlap: true } },
        yAxis: { type: "value", minInterval: 1, axisLabel: { color: text } },
        series: [
          bar("新增", data.reported, "#4f8edc"),
          bar("办结", data.resolved, "#2fb344"),
          { name: "期末未办结", type: "line", data: data.left, symbolSize: 5, lineStyle: { width: 2, color: "#e08a1e" }, itemStyle: { color: "#e08a1e" } },
        ],
      });
    },
    scores: function (chart, data) {
      chart.setOption({
        animation: false,
        textStyle: { fontFamily: "inherit", color: text },
        grid: { left: 44, right: 90, top: 16, bottom: 28 },
        tooltip: { trigger: "axis", valueFormatter: (v) => (v === null ? "未结束" : v + " 分") },
        xAxis: { type: "category", data: data.labels, axisTick: { show: false } },
        yAxis: { type: "value", name: "", min: data.min, max: 100, axisLabel: { formatter: "{value} 分" } },
        series: [{
          name: "得分", type: "line", data: data.points, symbolSize: 7, lineStyle: { width: 2, color: "#1d6fd6" }, itemStyle: { color: "#1d6fd6" },
          markLine: {
            symbol: "none", silent: true, lineStyle: { type: "dashed", color: "#8a96a3" },
            label: { position: "end", formatter: (p) => p.name, color: text },
            data: data.bands.map((band) => ({ yAxis: band.from, name: band.word })),
          },
        }],
      });
    },
  };
  document.querySelectorAll("[data-chart]").forEach(function (place) {
    const kind = place.dataset.chart;
    const source = document.getElementById("chart-" + kind);
    if (!source || !window.echarts || !draw[kind]) { return; }
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    draw[kind](chart, JSON.parse(source.textContent));
    window.addEventListener("resize", function () { chart.resize(); });
  });
})();
