// A zone is found by its number, its name, or any name that it had; without this script the index lists them all.
const known = JSON.parse(document.getElementById("zones").textContent);
const box = document.getElementById("find");
const hits = document.getElementById("hits");
const found = document.getElementById("found");
document.querySelector(".find").hidden = false;
const MOST = 12;

function showHits() {
  const wanted = box.value.trim().toLowerCase();
  const met = wanted ? known.zones.filter((zone) => zone.join(" ").toLowerCase().includes(wanted)) : [];
  hits.replaceChildren(...met.slice(0, MOST).map(([id, name, short, ...former]) => {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${known.root}zones/${id}.html`;
    link.textContent = name;
    const told = document.createElement("small");
    told.textContent = [id, former.length ? `曾名 ${former.join("、")}` : ""].filter(Boolean).join(" ");
    link.append(told);
    line.append(link);
    return line;
  }));
  hits.hidden = !met.length;
  found.textContent = wanted ? `${met.length} 个` : "";
}
box.addEventListener("input", showHits);
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && hits.firstChild) location.href = hits.querySelector("a").href;
  if (event.key === "ArrowDown" && hits.firstChild) { event.preventDefault(); hits.querySelector("a").focus(); }
});
hits.addEventListener("keydown", (event) => {
  const at = document.activeElement.parentElement;
  const next = { ArrowDown: at.nextElementSibling, ArrowUp: at.previousElementSibling }[event.key];
  if (next) { event.preventDefault(); next.querySelector("a").focus(); }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { box.value = ""; showHits(); }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".find")) hits.hidden = true;
});
