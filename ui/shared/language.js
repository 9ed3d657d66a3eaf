// Tells the browser, and with it screen readers, the language of the page; keeps one cookie: the language, if chosen.

export default function ({ data: { language, keep, name, path, max_age_s } }) {
  document.documentElement.lang = language;
  if (!keep) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${language}; Path=${path}; Max-Age=${max_age_s}; SameSite=Strict${secure}`;
}
