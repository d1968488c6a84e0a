// Signs on the elements of a diagram that our check has something to say about.
export class Marks {
  constructor(modeler) {
    this.modeler = modeler;
  }

  show(problems) {
    const overlays = this.modeler.get('overlays');
    const registry = this.modeler.get('elementRegistry');
    overlays.remove({ type: 'problem' });
    const byElement = Map.groupBy ? Map.groupBy(problems, (one) => one.element) : group(problems);
    for (const [id, list] of byElement) {
      const element = registry.get(id);
      if (!element || element === this.modeler.get('canvas').getRootElement()) continue;
      const serious = list.some((one) => one.severity === 'error');
      const sign = document.createElement('span');
      sign.className = `diagram-badge ${serious ? 'incident' : 'advice'}`;
      sign.textContent = serious ? '!' : '?';
      sign.title = list.map((one) => [one.message, one.hint].filter(Boolean).join(' ')).join('\n');
      overlays.add(id, 'problem', { position: { top: -12, left: -8 }, html: sign });
    }
  }
}

function group(problems) {
  const found = new Map();
  for (const one of problems) found.set(one.element, [...(found.get(one.element) ?? []), one]);
  return found;
}
