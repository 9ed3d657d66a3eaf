// Keeps one cookie: that the notice was read.

export default function ({ data: { name, path, max_age_s } }) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=read; Path=${path}; Max-Age=${max_age_s}; SameSite=Strict${secure}`;
}
