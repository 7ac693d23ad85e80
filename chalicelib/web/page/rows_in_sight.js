// Rows that are named somewhere on the page: a click shows them among the rows of the file.
import { button } from "./elements.js";
import { count } from "./words.js";

export const rowsInSight = { goTo: () => {} }; // what shows a row, as long as a file is shown

export const rowButton = (row, word = "row") =>
  button(`${word} ${count(row)}`, () => rowsInSight.goTo(row), { class: "plain row-link" });
