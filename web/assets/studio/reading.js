// Makes foreign diagrams readable for the modeler: ids it refuses get legal ones, or it would drop what
// bears them; a diagram without a picture is laid out.
const LEGAL = /^[a-z_][\w.-]*$/i;
const IDS = /\sid=(["'])(.*?)\1/g;

export async function readable(text) {
  const legal = withLegalIds(text);
  if (/:?BPMNDiagram[\s>]/.test(legal)) return legal;
  const { layoutProcess } = await import('bpmn-auto-layout');
  return layoutProcess(legal);
}

export function withLegalIds(text) {
  const taken = new Set([...text.matchAll(IDS)].map((found) => found[2]));
  let changed = text;
  for (const id of [...taken].filter((one) => one && !LEGAL.test(one))) {
    const better = unique(id, taken);
    taken.add(better);
    for (const [before, after] of [['"', '"'], ["'", "'"], ['>', '<']]) {
      changed = changed.replaceAll(before + id + after, before + better + after);
    }
  }
  return changed;
}

function unique(id, taken) {
  const plain = `_${id.replace(/[^\w.-]/g, '_')}`;
  let found = plain;
  for (let number = 2; taken.has(found); number += 1) found = `${plain}_${number}`;
  return found;
}
