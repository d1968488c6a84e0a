// A list that asks for itself again: [data-refresh] holds its address, data-seconds how often.
// It stays as it is while somebody is in it, while nobody looks, and when the answer is not the list.

export function refresh() {
  for (const part of document.querySelectorAll('[data-refresh]')) {
    setInterval(() => renew(part.id), 1000 * Number(part.dataset.seconds || 60));
  }
}

async function renew(id) {
  const part = document.getElementById(id);
  if (!part || document.hidden || busy(part)) return;
  const answer = await fetch(part.dataset.refresh, { headers: { 'HX-Request': 'true' }, redirect: 'manual' }).catch(() => null);
  if (!answer?.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const drawn = found.getElementById(id);  // the part itself, or what is inside
  const present = document.getElementById(id);
  if (!present || busy(present)) return;
  if (drawn && drawn.outerHTML !== present.outerHTML) present.replaceWith(document.importNode(drawn, true));
  if (!drawn && found.body.innerHTML.trim() !== present.innerHTML.trim()) {
    present.replaceChildren(...document.importNode(found.body, true).childNodes);
  }
}

function busy(part) {
  return part.querySelector('[open], :focus, .is-current, input:checked') !== null;
}
