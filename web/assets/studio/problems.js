// What our check says about the saved file: a list beside the picture, each entry selects its element.
import { page } from './page.js';

export function problems(list, editor) {
  const place = document.querySelector('[data-problems]');
  const here = list.filter((one) => one.file === page.file);
  place?.replaceChildren(...(list.length ? list.map((one) => entry(one, editor)) : [nothing()]));
  editor.problems?.(here);
}

function entry(problem, editor) {
  const item = document.createElement('li');
  item.className = `problem ${problem.severity}`;
  const label = document.createElement(problem.file === page.file && problem.element ? 'button' : 'span');
  if (label.localName === 'button') {
    label.type = 'button';
    label.className = 'step';
    label.addEventListener('click', () => editor.select?.(problem.element));
  }
  const name = document.createElement('bdi');
  name.textContent = problem.where;
  label.append(name);
  const said = document.createElement('p');
  said.textContent = problem.message;
  item.append(label, said);
  if (problem.hint) {
    const hint = document.createElement('small');
    hint.textContent = problem.hint;
    item.append(hint);
  }
  return item;
}

function nothing() {
  const item = document.createElement('li');
  item.className = 'empty small';
  item.textContent = page.words.noProblems;
  return item;
}
