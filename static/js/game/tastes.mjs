// What a person likes: sound, calm motion, the leader's ghost. Kept in this browser only.
const KEY = "patrol";
const DEFAULTS = { sound: false, calm: null, ghost: true };
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

function read() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return { ...DEFAULTS };   // nothing kept, or not by us
  }
}

export const tastes = read();

/** Whether motion is to be calm: as chosen here, else as the system says. */
export const calm = () => tastes.calm ?? reduced.matches;

export function choose(name, value) {
  tastes[name] = value;
  try {
    localStorage.setItem(KEY, JSON.stringify(tastes));
  } catch { /* a browser that keeps nothing still plays */ }
}

/** Buttons [data-taste=NAME] switch a taste; *changed* is called with its name. */
export function bindTastes(root, changed) {
  const show = (button) => {
    const name = button.dataset.taste;
    button.setAttribute("aria-pressed", String(name === "calm" ? calm() : tastes[name]));
  };
  const buttons = [...root.querySelectorAll("[data-taste]")];
  const press = (name) => {
    choose(name, !(name === "calm" ? calm() : tastes[name]));
    buttons.forEach(show);
    changed(name);
  };
  buttons.forEach((button) => {
    show(button);
    button.addEventListener("click", () => press(button.dataset.taste));
  });
  reduced.addEventListener("change", () => { buttons.forEach(show); changed("calm"); });
  return press;
}
