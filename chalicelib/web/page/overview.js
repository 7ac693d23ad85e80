// The overview: totals, and files and rows per day.
import { byId, element, fact, svgElement } from "./elements.js";
import { listing } from "./records.js";
import { compact, count, humanSize, longDay, plural, shortDay } from "./words.js";

const CHART_DAYS = { least: 14, most: 60 };

export function renderOverview() {
  const records = [...listing.records.values()];
  byId("overview").hidden = !records.length;
  if (!records.length) return;
  renderTotals(records);
  const days = perDay(records);
  const drawn = daysDrawn(days);
  drawChart(byId("files-chart"), "Files per day", "file", drawn, (day) => [
    ["files", day.files - day.failed],
    ["failed", day.failed],
  ]);
  drawChart(byId("rows-chart"), "Rows per day", "row", drawn, (day) => [["rows", day.rows]]);
  byId("chart-note").textContent =
    `Counted over the ${plural(records.length, "file")} ${listing.cursor ? "loaded; load more to count others" : "listed"}, ` +
    `by the day of upload in your time zone. Failed files are drawn in red. Charts go back ${CHART_DAYS.most} days at most.`;
  byId("chart-table").replaceChildren(
    ...[...days.values()].reverse().map((day) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, longDay(day.date)),
        [day.files, day.failed, day.rows].map((number) => element("td", {}, count(number))),
      ),
    ),
  );
}

function renderTotals(records) {
  const sum = (key) => records.reduce((total, record) => total + (record[key] ?? 0), 0);
  const failed = records.filter(({ status }) => status === "failed").length;
  const more = listing.cursor ? "+" : "";
  byId("totals").replaceChildren(
    fact("Files", count(records.length) + more),
    fact("Rows", compact(sum("row_count")) + more, { title: plural(sum("row_count"), "row") }),
    fact("Size", humanSize(sum("file_size")) + more, { title: plural(sum("file_size"), "byte") }),
    fact("Failed", count(failed) + more, { class: failed > 0 && "bad" }),
  );
}

function perDay(records) {
  const days = new Map();
  for (const record of [...records].sort((a, b) => (a.upload_timestamp < b.upload_timestamp ? -1 : 1))) {
    const date = new Date(new Date(record.upload_timestamp).setHours(0, 0, 0, 0));
    const day = days.get(date.valueOf()) ?? { date, files: 0, failed: 0, rows: 0 };
    day.files += 1;
    day.failed += record.status === "failed" ? 1 : 0;
    day.rows += record.row_count ?? 0;
    days.set(date.valueOf(), day);
  }
  return days;
}

function daysDrawn(days) {
  const dates = [...days.values()].map(({ date }) => date);
  const last = dates.at(-1);
  const span = Math.round((last - dates[0]) / 86400000) + 1;
  const length = Math.min(CHART_DAYS.most, Math.max(CHART_DAYS.least, span));
  return Array.from({ length }, (_, place) => {
    const date = new Date(last.getFullYear(), last.getMonth(), last.getDate() - length + 1 + place);
    return days.get(date.valueOf()) ?? { date, files: 0, failed: 0, rows: 0 };
  });
}

function drawChart(svg, title, unit, days, partsOf) {
  const [width, top, bottom] = [420, 16, 106];
  const totals = days.map((day) => partsOf(day).reduce((total, [, value]) => total + value, 0));
  const most = Math.max(1, ...totals);
  const step = width / days.length;
  const scale = (bottom - top) / most;
  const [first, last, best] = [days[0], days.at(-1), days[totals.indexOf(most)]].map(
    (day) => day && shortDay(day.date),
  );
  const inAll = plural(
    totals.reduce((a, b) => a + b),
    unit,
  );
  const mostOn = best ? `, most on ${best} (${count(most)})` : "";
  svg.setAttribute(
    "aria-label",
    `${title}, ${first} to ${last}: ${inAll} in all${mostOn}. The table below has the figures.`,
  );
  const bars = days.map((day, place) => {
    const failed = unit === "file" && day.failed ? `, ${count(day.failed)} failed` : "";
    let y = bottom;
    return svgElement(
      "g",
      {},
      svgElement("title", {}, `${longDay(day.date)}: ${plural(totals[place], unit)}${failed}`),
      svgElement("rect", { class: "hit", x: place * step, y: top, width: step, height: bottom - top }),
      partsOf(day)
        .filter(([, value]) => value > 0)
        .map(([name, value]) => {
          const height = Math.max(2, value * scale);
          y -= height;
          return svgElement("rect", {
            class: name,
            x: (place + 0.16) * step,
            y,
            width: step * 0.68,
            height,
            rx: Math.min(2, step / 8),
          });
        }),
    );
  });
  svg.replaceChildren(
    svgElement("line", { x1: 0, x2: width, y1: top, y2: top }),
    svgElement("text", { x: 0, y: top - 5 }, compact(most)),
    ...bars,
    svgElement("line", { x1: 0, x2: width, y1: bottom, y2: bottom }),
    svgElement("text", { x: 0, y: 122 }, first),
    svgElement("text", { x: width, y: 122, "text-anchor": "end" }, last),
  );
}
