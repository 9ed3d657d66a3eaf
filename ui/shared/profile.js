// Keeps one cookie: the secret that opens this browser's profile.
//
// Tasks: "look" at what the browser holds, "give" it the proposed secret unless it has one already (another tab
// may have been first), "forget" it. Whatever is held is renewed for another year.

const SECRET = /^[A-Za-z0-9_-]{22}$/;

function held(name) {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  const value = found?.slice(name.length + 1) ?? "";
  return SECRET.test(value) ? value : "";
}

function hold({ name, path }, value, seconds) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=${path}; Max-Age=${seconds}; SameSite=Strict${secure}`;
}

export default function ({ data, setStateValue }) {
  const before = held(data.name);
  if (data.task === "forget") hold(data, "", 0);
  else if (before) hold(data, before, data.max_age_s);
  else if (data.task === "give") hold(data, data.token, data.max_age_s);
  const token = held(data.name);
  if (data.task === "look" && token === data.token) return;
  if (!data.answered) setStateValue("answer", { token });
}
