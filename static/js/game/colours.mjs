// The colours of the canvas are the page's tokens, resolved where the canvas stands (always by night).
const TOKENS = {
  night: "--night-0", ground: "--night-1", line: "--night-line", ink: "--night-ink", pale: "--night-ink-2",
  leaf: "--leaf-mark", gold: "--gold-mark", blocker: "--blocker-mark", warning: "--warning-mark", hot: "--hot-mark", write: "--write-mark",
};

export function coloursOf(node) {
  const probe = document.createElement("span");
  node.append(probe);
  const found = {};
  for (const [name, token] of Object.entries(TOKENS)) {
    probe.style.color = `var(${token})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}
