"use strict";
// Charts: each reads its data from the JSON beside it. Colours are those of the bands, always with words.
(function () {
  const text = getComputedStyle(document.body).color;
  const draw = {
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
