// A table that sorts by any column: pressing its title turns the order round.

import { html, type Child } from "./dom";

export interface Column<Row> {
  title: string;
  key: (row: Row) => number | string; // what the column sorts by; undefined numbers come last
  text: (row: Row) => string;
  cell?: (row: Row) => Child; // what stands in the table, if not the text alone
  highFirst?: boolean; // high numbers are what one looks for
  word?: boolean; // stands at the left
}

export function sortable<Row>(columns: Column<Row>[], rows: Row[], look: (row: Row) => string, foot?: HTMLElement): HTMLTableElement {
  const body = html("tbody");
  const fill = (sorted: Row[]) => body.replaceChildren(...sorted.map((row) => html("tr", { class: look(row) }, ...columns.map((c, i) => {
    const content = c.cell?.(row) ?? c.text(row);
    return i === 0 ? html("th", { scope: "row" }, content) : html("td", { class: c.word ? "word" : undefined }, content);
  }))));
  const heads = columns.map((column) => {
    const button = html("button", { type: "button" }, column.title);
    const head = html("th", { scope: "col", class: column.word ? "word" : undefined, "aria-sort": "none" }, button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const descending = before === "none" ? Boolean(column.highFirst) : before === "ascending";
      heads.forEach((h) => h.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      fill([...rows].sort((a, b) => compare(column.key(a), column.key(b), descending)));
    });
    return head;
  });
  fill(rows);
  return html("table", {}, html("thead", {}, html("tr", {}, ...heads)), body, foot);
}

/** Numbers by size with undefined ones last either way, words by name. */
export function compare(a: number | string, b: number | string, descending: boolean): number {
  const sign = descending ? -1 : 1;
  if (typeof a === "string") return sign * a.localeCompare(String(b), undefined, { numeric: true });
  const [missingA, missingB] = [Number.isNaN(a), Number.isNaN(b)];
  return missingA || missingB ? Number(missingA) - Number(missingB) : sign * (a - Number(b));
}

/** A box in which a table scrolls, with its titles always in sight. */
export function scrolling(label: string, table: HTMLTableElement, kind = ""): HTMLElement {
  const long = table.tBodies[0].rows.length > 24;
  return html("div", { class: `scroll ${kind} ${long ? "long" : ""}`, tabindex: 0, role: "region", "aria-label": label }, table);
}

/** The table as text, for a spreadsheet. */
export function tabSeparated<Row>(columns: Column<Row>[], rows: Row[]): string {
  return [columns.map((c) => c.title), ...rows.map((row) => columns.map((c) => c.text(row)))].map((cells) => cells.join("\t")).join("\n");
}
