"use strict";
// Hours by week against the people there are; the question shows only the fields that belong to it.
(function () {
  const draw = function () {
    const place = document.getElementById("load-chart");
    const source = document.getElementById("load-data");
    if (!place || !source || !window.echarts) { return; }
    const told = JSON.parse(source.textContent);
    const ink = getComputedStyle(document.body).color;
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const bar = function (name, data, color) {
      return { name: name, type: "bar", stack: "hours", data: data, barMaxWidth: 22, itemStyle: { color: color } };
    };
    const series = [bar("现有工作", told.before.map((hours, n) => (told.need[n] > told.people && !told.more.length ? { value: hours, itemStyle: { color: "#e08a1e" } } : hours)), "#4f8edc")];
    if (told.more.length) { series.push(bar("新增工作", told.more, "#b4235a")); }
    series.push({
      name: "现有人手", type: "line", step: "middle", symbol: "none", data: told.capacity, lineStyle: { color: "#2f7d4f", width: 2 }, itemStyle: { color: "#2f7d4f" },
      markLine: told.now === null ? undefined : { symbol: "none", silent: true, lineStyle: { type: "dashed", color: "#667382" }, label: { formatter: "本周", color: ink }, data: [{ xAxis: told.now }] },
    });
    chart.setOption({
      animation: false, textStyle: { fontFamily: "inherit" },
      grid: { left: 48, right: 16, top: 40, bottom: 28 },
      legend: { top: 0, right: 32, itemGap: 28, textStyle: { color: ink }, data: series.map((one) => one.name) },
      tooltip: { trigger: "axis", renderMode: "richText", formatter: function (parts) {
        const n = parts[0].dataIndex;
        const lines = parts.map((p) => p.seriesName + " " + p.value + "小时");
        return told.labels[n] + "起的一周，" + told.days[n] + "个工作日\n" + lines.join("\n") + "\n需要" + told.need[n] + "人";
      } },
      xAxis: { type: "category", data: told.labels, axisTick: { show: false }, axisLabel: { color: ink, hideOverlap: true } },
      yAxis: { type: "value", name: "小时", nameTextStyle: { color: ink }, axisLabel: { color: ink } },
      series: series,
    });
    window.addEventListener("resize", function () { chart.resize(); });
  };
  const form = document.getElementById("whatif");
  const show = function () {
    const asked = form.elements.add.value;
    form.querySelectorAll("[data-when]").forEach(function (part) { part.hidden = part.dataset.when !== asked; });
  };
  if (form) {
    show();
    form.addEventListener("change", function (event) {
      if (event.target.name === "add") { show(); }
      // The items of another pack are known to the server only.
      if (event.target.name === "pack") { form.requestSubmit(); }
    });
  }
  draw();
})();
