// hx-swap="morph": what a fragment changes, changes in place. Rows keep their identity, and with
// it focus, selection and the position of boxes that scroll. What a person opened stays open.
import { Idiomorph } from "../vendor/idiomorph/idiomorph.mjs";

const isOpened = (name, node) => name === "open" && node instanceof HTMLDetailsElement;
const isShown = (name, node) => name === "hidden" && "copy" in node.dataset;   // copy.mjs shows it
const callbacks = {
  // the browser compares whole parts at once; of a graph of 500 nodes only what changed is walked
  beforeNodeMorphed: (shown, made) => !shown.isEqualNode(made),
  beforeAttributeUpdated: (name, node) => !isOpened(name, node) && !isShown(name, node),
};

htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap: (style, target, fragment) => {
    if (style !== "morph") return false;
    return Idiomorph.morph(target, [...fragment.children], { morphStyle: "outerHTML", callbacks });
  },
});
