// Pan with one finger, pinch with two: diagram-js itself knows only the mouse and the wheel.
export function touch(container, canvas) {
  const fingers = new Map();
  let distance = 0;

  container.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch') return;
    fingers.set(event.pointerId, event);
    distance = spread();
  });
  container.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    fingers.set(event.pointerId, event);
    if (fingers.size === 1) {
      canvas.scroll({ dx: event.clientX - before.clientX, dy: event.clientY - before.clientY });
    } else if (fingers.size === 2 && distance) {
      const now = spread();
      const box = container.getBoundingClientRect();
      const [a, b] = [...fingers.values()];
      canvas.zoom(canvas.zoom() * (now / distance), {
        x: (a.clientX + b.clientX) / 2 - box.left,
        y: (a.clientY + b.clientY) / 2 - box.top,
      });
      distance = now;
    }
  });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave']) {
    container.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }

  function spread() {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
  }
}
