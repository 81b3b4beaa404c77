// The page in a frame of its own, which can reach nothing of the notebook; it tells what was selected.
function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-popups");
  frame.title = model.get("title");
  frame.style.cssText = "width:100%;border:0";
  frame.style.height = model.get("height");
  frame.srcdoc = model.get("page");
  const listen = (event) => {
    if (event.source !== frame.contentWindow || !event.data || event.data.yngis !== "selected") return;
    model.set("places", event.data.places);
    model.save_changes();
  };
  window.addEventListener("message", listen);
  el.append(frame);
  return () => window.removeEventListener("message", listen);
}

export default { render };
