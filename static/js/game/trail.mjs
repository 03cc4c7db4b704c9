// Sparks behind the pointer, for who carries the star trail: a fixed handful, none where motion is to be
// calm, none for a thumb.
import { calm } from "./tastes.mjs";

const SPARKS = 14, APART = 22, FADES = 650;   // how many; pixels between two; ms

const sky = document.createElement("div");
sky.className = "spark-trail";
sky.setAttribute("aria-hidden", "true");
sky.append(...Array.from({ length: SPARKS }, () => document.createElement("i")));
document.body.append(sky);

let next = 0, lastX = -1e4, lastY = -1e4;

function drop(x, y) {
  const spark = sky.children[next];
  next = (next + 1) % SPARKS;
  const at = `translate(${x}px, ${y}px)`;
  spark.animate(
    [{ opacity: 0.9, transform: at }, { opacity: 0, transform: `${at} translateY(14px) rotate(80deg) scale(0.3)` }],
    { duration: FADES, easing: "ease-out" },
  );
}

document.addEventListener("pointermove", (event) => {
  if (event.pointerType !== "mouse" || calm()) return;
  if (Math.hypot(event.clientX - lastX, event.clientY - lastY) < APART) return;
  lastX = event.clientX;
  lastY = event.clientY;
  drop(lastX, lastY);
}, { passive: true });
