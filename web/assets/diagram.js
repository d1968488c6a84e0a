// Shows a BPMN diagram with what happens in it: <div class="diagram foreign" data-diagram="xml URL" data-state="id">.
// The state is JSON in a script element: {active, incidents, completed: {elementId: count}, flows: [id], selected,
// heat: {elementId: 1 to 5}, told: {elementId: text of a badge}, marks: {elementId: 'added' | 'changed' | 'missed'}}.
// Elements of the page with data-element="<id>" (the list of steps) select the same element, and the other way round.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { touch } from './touch.js';

const BADGES = [['active', '●'], ['incidents', '!'], ['completed', '✓']];
const READABLE = 0.65; // below this zoom, names cannot be read
const MARKERS = { active: 'is-active', incidents: 'has-incident', completed: 'is-completed' };

for (const container of document.querySelectorAll('.diagram[data-diagram]')) show(container);

async function show(container) {
  const viewer = new NavigatedViewer({ container });
  const state = read(container.dataset.state);
  try {
    const answer = await fetch(container.dataset.diagram, { headers: { Accept: 'text/xml' } });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    translate(viewer, state.names ?? {});
    await viewer.importXML(await answer.text());
  } catch (error) {
    return fail(container, error);
  }
  paint(viewer, state);
  tools(container, viewer);
  open(viewer, state);
  touch(container, viewer.get('canvas'));
  link(viewer, state.selected);
  container.dataset.ready = 'true';
}

function read(id) {
  const script = id && document.getElementById(id);
  return script ? JSON.parse(script.textContent) : {};
}

// Names read in the language of the page; the file stays as it was drawn.
function translate(viewer, names) {
  viewer.on('import.parse.complete', ({ elementsById }) => {
    for (const element of Object.values(elementsById ?? {})) {
      if (names[element.name]) element.name = names[element.name];
    }
  });
}

function paint(viewer, state) {
  const canvas = viewer.get('canvas');
  const known = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  for (const [kind, sign] of BADGES) {
    for (const [id, count] of Object.entries(state[kind] ?? {})) {
      const element = known.get(id);
      if (!element || !count) continue;
      canvas.addMarker(id, MARKERS[kind]);
      if (kind === 'completed' && (state.active?.[id] || state.incidents?.[id])) continue;
      const badge = document.createElement('span');
      badge.className = `diagram-badge ${kind === 'incidents' ? 'incident' : kind}`;
      badge.textContent = kind === 'completed' && count === 1 ? sign : `${sign} ${count}`;
      overlays.add(id, { position: { top: -14, left: kind === 'incidents' ? -8 : 10 }, html: badge });
    }
  }
  for (const [id, warmth] of Object.entries(state.heat ?? {})) if (known.get(id)) canvas.addMarker(id, `heat-${warmth}`);
  for (const [id, mark] of Object.entries(state.marks ?? {})) if (known.get(id)) canvas.addMarker(id, `is-${mark}`);
  for (const [id, text] of Object.entries(state.told ?? {})) {
    const element = known.get(id);
    if (!element || element.waypoints) continue;
    const badge = document.createElement('span');
    badge.className = 'diagram-badge told';
    badge.textContent = text;
    overlays.add(id, { position: { top: -14, left: 10 }, html: badge });
  }
  for (const id of state.flows ?? []) if (known.get(id)) canvas.addMarker(id, 'is-flow-taken');
}

function tools(container, viewer) {
  const bar = document.createElement('div');
  bar.className = 'diagram-tools';
  const canvas = viewer.get('canvas');
  const words = container.dataset;
  const step = (factor) => () => canvas.zoom(canvas.zoom() * factor, 'auto');
  for (const [sign, label, act] of [
    ['+', words.zoomIn ?? 'Zoom in', step(1.25)],
    ['−', words.zoomOut ?? 'Zoom out', step(0.8)],
    ['⤢', words.fit ?? 'Fit', () => fit(viewer)],
  ]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = sign;
    button.title = label;
    button.setAttribute('aria-label', label);
    button.addEventListener('click', act);
    bar.append(button);
  }
  container.append(bar);
}

function fit(viewer) {
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() > 1.2) canvas.zoom(1.2, 'auto');
}

// A large diagram opens where something happens, at a size people can read.
function open(viewer, state) {
  fit(viewer);
  const canvas = viewer.get('canvas');
  if (canvas.zoom() >= READABLE) return;
  const known = viewer.get('elementRegistry');
  const ids = [...Object.keys(state.incidents ?? {}), ...Object.keys(state.active ?? {})];
  const places = ids.map((id) => known.get(id)).filter((element) => element && !element.waypoints);
  const smallest = places.sort((a, b) => a.width * a.height - b.width * b.height)[0];
  const first = smallest ?? known.filter((element) => element.type === 'bpmn:StartEvent')[0];
  if (!first) return;
  const { width, height } = canvas.viewbox().outer;
  const box = { width: width / READABLE, height: height / READABLE };
  const at = { x: first.x + first.width / 2, y: first.y + first.height / 2 };
  canvas.viewbox({ x: at.x - box.width * (smallest ? 0.5 : 0.12), y: at.y - box.height / 2, ...box });
}

function link(viewer, selected) {
  const canvas = viewer.get('canvas');
  const known = viewer.get('elementRegistry');
  const rows = [...document.querySelectorAll('[data-element]')];
  let last = null;
  const select = (id) => {
    if (last && known.get(last)) canvas.removeMarker(last, 'is-selected');
    for (const row of rows) row.classList.toggle('is-selected', row.dataset.element === id);
    if (known.get(id)) canvas.addMarker(id, 'is-selected');
    last = id;
  };
  for (const row of rows) {
    row.addEventListener('click', () => {
      select(row.dataset.element);
      if (known.get(row.dataset.element)) canvas.scrollToElement(row.dataset.element, 80);
    });
  }
  viewer.on('element.click', ({ element }) => {
    select(element.id);
    rows.find((row) => row.dataset.element === element.id)?.scrollIntoView({ block: 'nearest' });
  });
  if (selected) select(selected);
}

function fail(container, error) {
  const message = document.createElement('p');
  message.className = 'diagram-message';
  message.setAttribute('role', 'alert');
  message.textContent = `${container.dataset.failed ?? 'The diagram cannot be shown.'} ${error.message}`;
  container.prepend(message);
}
