"use strict";
// Two editions, one over the other: the slider moves the line between them.
(() => {
  const maps = document.getElementById("maps");
  const slider = document.getElementById("divide");
  const place = () => document.documentElement.style.setProperty("--at", `${slider.value}%`);
  slider.addEventListener("input", place);
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      maps.className = button.dataset.view;
      slider.disabled = button.dataset.view !== "swipe";
      for (const other of document.querySelectorAll("[data-view]")) other.setAttribute("aria-pressed", String(other === button));
    });
  }
  let held = false;
  const follow = (event) => {
    if (!held || maps.className !== "swipe") return;
    const box = maps.getBoundingClientRect();
    slider.value = String(Math.min(100, Math.max(0, (100 * (event.clientX - box.left)) / box.width)));
    place();
  };
  maps.addEventListener("pointerdown", (event) => { held = true; follow(event); });
  window.addEventListener("pointermove", follow);
  window.addEventListener("pointerup", () => { held = false; });
  place();
})();
