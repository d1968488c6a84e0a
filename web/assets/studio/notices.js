// What the editor's page says: the state of saving, notices, and questions with named answers.

export function status(text) {
  const place = document.querySelector('[data-status]');
  if (place) place.textContent = text;
}

export function clear() {
  document.querySelector('[data-notices]')?.replaceChildren();
}

export function notice(text, kind = '', ...more) {
  const box = paragraphs(text, kind);
  box.append(...more);
  document.querySelector('[data-notices]').replaceChildren(box);
  return box;
}

// Ask and wait for one of the answers [[value, label], …]; `list` says what it is about.
export function ask(text, answers, list = []) {
  return new Promise((resolve) => {
    const box = paragraphs(text, 'soon');
    if (list.length) box.append(items(list));
    const row = document.createElement('div');
    row.className = 'actions';
    for (const [value, label] of answers) row.append(button(label, () => { clear(); resolve(value); }, value));
    box.append(row);
    document.querySelector('[data-notices]').replaceChildren(box);
    row.querySelector('button').focus();
  });
}

function paragraphs(text, kind) {
  const box = document.createElement('div');
  box.className = `notice ${kind}`;
  box.setAttribute('role', 'alert');
  const paragraph = document.createElement('p');
  paragraph.textContent = text;
  box.append(paragraph);
  return box;
}

export function items(list) {
  const found = document.createElement('ul');
  for (const text of list) {
    const item = document.createElement('li');
    item.textContent = text;
    found.append(item);
  }
  return found;
}

export function button(label, act, name = '') {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn small';
  made.textContent = label;
  if (name) made.dataset.answer = name;
  made.addEventListener('click', act);
  return made;
}
