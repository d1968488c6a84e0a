// Task and start forms: fields that come and go with others, rows of lists, drafts that save themselves.
// The server judges and draws; this only asks it sooner.

const DRAFT_DELAY = 1500;

export function forms() {
  for (const form of document.querySelectorAll('form[data-form]')) {
    lists(form);
    live(form);
    if (form.dataset.draft) drafts(form);
    once(form);
  }
  document.getElementById('problems')?.focus();
}

function lists(form) {
  const unhide = () => form.querySelectorAll('[data-remove]').forEach((button) => { button.hidden = false; });
  unhide();
  form.addEventListener('click', (event) => {
    const add = event.target.closest('[data-add]');
    const remove = event.target.closest('[data-remove]');
    if (remove) {
      remove.closest('.list-row').remove();
      form.dispatchEvent(new Event('input', { bubbles: true }));
    }
    if (!add) return;
    event.preventDefault();
    const list = add.closest('[data-list]');
    const count = list.querySelector(':scope > input[type="hidden"]');
    const template = list.querySelector(':scope > template');
    const row = document.importNode(template.content, true);
    for (const part of row.querySelectorAll('[name], [id], [for], [aria-describedby]')) {
      for (const attribute of ['name', 'id', 'for', 'aria-describedby']) {
        const text = part.getAttribute(attribute);
        if (text) part.setAttribute(attribute, text.replace('__row__', count.value));
      }
    }
    count.value = Number(count.value) + 1;
    template.before(row);
    unhide();
    template.previousElementSibling?.querySelector('input, select, textarea')?.focus();
  });
}

// Redraw when a field is changed that an expression of the form reads.
function live(form) {
  const watched = new Set((form.dataset.watched ?? '').split(' ').filter(Boolean));
  if (!watched.size || !form.dataset.redraw) return;
  form.addEventListener('change', async (event) => {
    const name = event.target.name?.split(/[.~]/)[0];
    if (!watched.has(name)) return;
    const answer = await fetch(form.dataset.redraw, { method: 'POST', body: new FormData(form) }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const drawn = page.querySelector('.fields');
    const present = form.querySelector('.fields');
    if (!drawn || !present) return;
    const focused = document.activeElement?.id;
    present.replaceWith(document.importNode(drawn, true));
    const button = form.querySelector('[data-submit]');
    const label = page.querySelector('[data-submit]');
    if (button && label) button.replaceChildren(...document.importNode(label, true).childNodes);
    if (focused) document.getElementById(focused)?.focus();
    form.querySelectorAll('[data-remove]').forEach((button) => { button.hidden = false; });
  });
}

function drafts(form) {
  const note = form.querySelector('[data-saved]');
  let timer;
  let sending = false;
  form.addEventListener('submit', () => { clearTimeout(timer); sending = true; });
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (sending) return;
      const answer = await fetch(form.dataset.draft, { method: 'POST', body: new FormData(form) }).catch(() => null);
      if (note) note.textContent = await said(answer, note.dataset);
    }, DRAFT_DELAY);
  });
}

// Why a draft was not saved: somebody has the task, the session has ended, nobody answers.
async function said(answer, words) {
  if (answer?.ok) return words.saved;
  if (answer?.status === 409) return answer.text();
  return answer?.status === 400 || answer?.status === 401 ? words.ended : words.failed;
}

// A second click while the first is on its way sends nothing.
function once(form) {
  let sent = false;
  form.addEventListener('submit', (event) => {
    if (event.submitter?.hasAttribute('data-add')) return;
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener('pageshow', () => { sent = false; });
}
