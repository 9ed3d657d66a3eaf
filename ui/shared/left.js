// Tells by which name the page before this one in the same tab is known to the server, and keeps that of this one.

const KEPT = "ser_page";

export default function ({ data: { name }, setStateValue }) {
  try {
    const before = sessionStorage.getItem(KEPT);
    if (before === name) return;
    sessionStorage.setItem(KEPT, name);
    if (before) setStateValue("before", before);
  } catch {
    // A browser that keeps nothing: then a reload begins anew.
  }
}
