// Our own recorder, for more than a minute.

import { record } from "./tape.js";

export default function (component) {
  return record(component);
}
