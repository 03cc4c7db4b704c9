// A drawing that is larger than its box opens at the node that is shown, or that the address names.
const centre = (box, node) => {
  const outer = box.getBoundingClientRect(), inner = node.getBoundingClientRect();
  box.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  box.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
};

for (const box of document.querySelectorAll(".figbox")) {
  const node = box.querySelector("a[aria-current]");
  const larger = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (node && larger) centre(box, node);
}
