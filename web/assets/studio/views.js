// The views of a DMN file as tabs: the diagram, and one for each decision.
import { page } from './page.js';

export function views(modeler) {
  const place = document.querySelector('[data-views]');
  if (!place) return;
  const draw = () => {
    const active = modeler.getActiveView();
    place.replaceChildren(...modeler.getViews().map((view) => tab(modeler, view, view === active)));
  };
  modeler.on('views.changed', draw);
  draw();
}

function tab(modeler, view, active) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn small';
  if (active) button.setAttribute('aria-current', 'true');
  button.textContent = view.type === 'drd' ? page.words.decisions : view.element.name || view.element.id;
  button.addEventListener('click', () => modeler.open(view));
  return button;
}
