// What fingers, mouse and wheel do on the pictures: click to hear, drag to select, wheel and pinch to zoom.

const STILL_PIXELS = 4;
const WHEEL = 0.0022;

/** `on` has the actions: click(time), drag(from, to, isDone), hover(x, y), leave(), zoom(factor, time), pan(seconds). */
export function follow(element, view, on) {
  const fingers = new Map();
  let begun = null; // x of the pointer that may become a selection
  let isDragging = false;
  let pinch = null;

  const place = (event) => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x] = place(event);
    fingers.set(event.pointerId, x);
    element.setPointerCapture(event.pointerId);
    if (fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      pinch = { apart: Math.max(20, Math.abs(a - b)), middle: (a + b) / 2, span: view.span, time: view.time((a + b) / 2) };
      begun = null;
      isDragging = false;
    } else {
      begun = x;
    }
  });

  element.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    if (!fingers.has(event.pointerId)) return on.hover(x, y);
    fingers.set(event.pointerId, x);
    if (pinch && fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      const apart = Math.max(20, Math.abs(a - b));
      on.place((pinch.span * pinch.apart) / apart, pinch.time, ((a + b) / 2 - view.left) / view.width);
    } else if (begun !== null) {
      if (Math.abs(x - begun) > STILL_PIXELS) isDragging = true;
      if (isDragging) on.drag(view.time(begun), view.time(x), false);
    }
  });

  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    const [x] = place(event);
    if (pinch) {
      if (!fingers.size) pinch = null;
    } else if (begun !== null && event.type === "pointerup") {
      if (isDragging) on.drag(view.time(begun), view.time(x), true);
      else on.click(view.time(x));
    }
    begun = null;
    isDragging = false;
  };
  element.addEventListener("pointerup", lift);
  element.addEventListener("pointercancel", lift);
  element.addEventListener("pointerleave", () => on.leave());

  element.addEventListener(
    "wheel",
    (event) => {
      const [x] = place(event);
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey || (!event.shiftKey && Math.abs(event.deltaY) > Math.abs(event.deltaX))) {
        // The page scrolls over pictures that nobody works in; a pinch on a touch pad comes as Ctrl and wheel.
        const isMeant = event.ctrlKey || event.metaKey || element.matches(":focus");
        if (!isMeant || (view.isWhole && event.deltaY > 0)) return;
        on.zoom(Math.exp(-event.deltaY * WHEEL * (event.ctrlKey ? 3 : 1)), view.time(x));
      } else if (sideways && !view.isWhole) {
        on.pan((sideways / view.width) * view.span);
      } else {
        return;
      }
      event.preventDefault();
    },
    { passive: false },
  );
}
