// What the API sends a page at a time: `show` is given all of it so far, whenever that changes.
import { button, element } from "./elements.js";

export function pagedItems(next, show) {
  let items = [];
  let cursor = null;
  let request = null;

  async function load(before = [], from = null) {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    items = before;
    cursor = from;
    show({ items, loading: true });
    try {
      const page = await next(cursor, { signal });
      if (signal.aborted) return;
      items = [...items, ...page.items];
      cursor = page.next_cursor ?? null;
      show({ items, moreButton: cursor && button("Load more", () => load(items, cursor)) });
    } catch (error) {
      if (signal.aborted) return;
      show({ items, error, moreButton: button("Try again", () => load(items, cursor)) });
    }
  }

  return () => load();
}

export const moreLine = ({ items, error, moreButton }) =>
  element(
    "div",
    { class: "more" },
    error && items.length > 0 && element("span", { class: "small muted" }, error.message),
    moreButton,
  );
