// The `translate` of the bpmn.io editors: texts of the catalogue of the page's language, else as they are.
// What has no translation is noted on the page, so that a test can see it.
const CATALOGUES = { fa: () => import('./texts/fa.json'), lt: () => import('./texts/lt.json') };

export async function translations(language) {
  const catalogue = CATALOGUES[language] ? (await CATALOGUES[language]()).default : null;
  const missing = new Set();
  const translate = (text, replacements = {}) => {
    const known = catalogue?.[text];
    if (catalogue && known === undefined && text) note(text, missing);
    return (known ?? text ?? '').replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
  };
  return { translate: ['value', translate] };
}

function note(text, missing) {
  missing.add(text);
  document.documentElement.dataset.untranslated = JSON.stringify([...missing].sort());
}
