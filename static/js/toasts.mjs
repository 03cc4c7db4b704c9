// A toast for what concerns the person who looks: their request was decided, something waits for
// their role, their rule was quarantined. Never for what they did themselves or look at already.
const STAYS = 12_000;   // ms; longer while the pointer or the focus is on it
const MOST = 3;         // at a time; more are one line that leads to the timeline
const box = document.getElementById("toasts");
const me = document.body.dataset.me || "";
const role = document.body.dataset.role || "";
const RANK = { member: 0, steward: 1, admin: 2 };
const KEY = "elf.toasted";   // the last event that was told, over pages of one tab

function mine(event) {
  const names = event.concerns || [];
  if (!names.length || event.actor === me) return false;
  return names.some((name) => name === `@${me}` || (name in RANK && RANK[role] >= RANK[name]));
}

function seen(event) {
  if (location.pathname === event.href) return true;
  const row = event.subject && document.querySelector(`[data-row="${CSS.escape(event.subject)}"]`);
  if (!row) return false;
  const place = row.getBoundingClientRect();
  return place.bottom > 0 && place.top < innerHeight;
}

function fresh(event) {
  let last = 0;
  try { last = Number(sessionStorage.getItem(KEY)) || 0; } catch { /* no storage: told twice at worst */ }
  if (event.id <= last) return false;
  try { sessionStorage.setItem(KEY, String(event.id)); } catch { /* the same */ }
  return true;
}

function line(words, href) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const link = document.createElement("a");
  link.href = href;
  link.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Dismiss";
  close.addEventListener("click", () => toast.remove());
  toast.append(link, close);
  const expire = () => {
    if (toast.matches(":hover") || toast.contains(document.activeElement)) setTimeout(expire, 2_000);
    else toast.remove();
  };
  setTimeout(expire, STAYS);
  return toast;
}

/** Shows toasts for *events*; returns the words of the last one for the polite status line. */
export function toast(events) {
  if (!box || !me) return "";
  const told = events.filter((event) => mine(event) && fresh(event) && !seen(event));
  for (const event of told.slice(0, MOST)) box.append(line(event.summary, event.href));
  if (told.length > MOST) box.append(line(`${told.length - MOST} more events concern you`, "/timeline-events/"));
  while (box.children.length > MOST + 1) box.firstElementChild.remove();
  return told.at(-1)?.summary ?? "";
}
