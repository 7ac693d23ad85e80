// Words and figures.
import { element } from "./elements.js";

export const count = new Intl.NumberFormat("en").format;
export const shortDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" }).format;
export const longDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format;
export const exactTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
}).format;
const relativeTime = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
export const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);
export const countOrDash = (value) => (typeof value === "number" ? count(value) : "–");
export const exactSize = (record) => plural(record.file_size ?? 0, "byte");

export function humanSize(bytes = 0) {
  if (bytes < 1000) return plural(bytes, "byte");
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${["", "kB", "MB", "GB", "TB"][power]}`;
}

function timeAgo(moment) {
  const seconds = (moment - Date.now()) / 1000;
  for (const [unit, length, most] of [
    ["second", 1, 45],
    ["minute", 60, 60],
    ["hour", 3600, 24],
    ["day", 86400, 7],
  ]) {
    const amount = Math.round(seconds / length);
    if (Math.abs(amount) < most) return unit === "second" ? "just now" : relativeTime.format(amount, unit);
  }
  return longDay(moment);
}

export function timeElement(timestamp) {
  const moment = new Date(timestamp);
  if (!timestamp || Number.isNaN(moment.valueOf())) return "–";
  return element("time", { datetime: timestamp, title: exactTime(moment) }, timeAgo(moment));
}

export function keepTimesFresh() {
  for (const time of document.querySelectorAll("time")) time.textContent = timeAgo(new Date(time.dateTime));
}

export function character(value) {
  if (!value) return "None";
  const name = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "pipe",
    " ": "space",
    ":": "colon",
    "'": "single quote",
    "\\": "backslash",
    '"': "double quote",
  }[value];
  const code = `U+${value.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  const isVisible = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(value);
  return element("span", {}, name ?? code, " ", isVisible && element("code", {}, value));
}

// A number with as many digits as one looks at.
export function figure(value) {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(3);
  return size >= 1000 ? count(Math.round(value)) : `${Number(value.toPrecision(4))}`;
}

// Never "0%" of something, never "100%" of less than all.
export function percent(share) {
  if (share > 0 && share < 0.001) return "<0.1%";
  if (share < 1 && share > 0.999) return ">99.9%";
  return `${Number((share * 100).toFixed(1))}%`;
}
