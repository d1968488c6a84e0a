// Where the canvas looks: all of the diagram beside the palette, or one element at a size people can read.
const PALETTE_PX = 120;
const EDGE_PX = 24;
const READABLE = 0.65;

export function fit(canvas) {
  canvas.zoom('fit-viewport');
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !inner.height) return;
  const room = { width: outer.width - PALETTE_PX - EDGE_PX, height: outer.height - 2 * EDGE_PX };
  const scale = Math.min(1, room.width / inner.width, room.height / inner.height);
  const box = { width: outer.width / scale, height: outer.height / scale };
  canvas.viewbox({ x: inner.x - PALETTE_PX / scale, y: inner.y - (box.height - inner.height) / 2, ...box });
}

export function show(modeler, element) {
  const canvas = modeler.get('canvas');
  modeler.get('selection').select(element);
  canvas.getContainer().scrollIntoView({ block: 'nearest' });
  if (canvas.zoom() >= READABLE || !element.width) return canvas.scrollToElement(element, 120);
  const { outer } = canvas.viewbox();
  const box = { width: outer.width / READABLE, height: outer.height / READABLE };
  const middle = { x: element.x + element.width / 2, y: element.y + element.height / 2 };
  return canvas.viewbox({ x: middle.x - box.width / 2, y: middle.y - box.height / 2, ...box });
}
