// Changes to third-party code that our content security policy (`style-src 'self'`) asks for, made while
// bundling. Each must find what it changes, so that an update cannot lose one unnoticed. The sources
// that show the bpmn.io watermark are never among them: their licence asks for that.
import { readFile } from 'node:fs/promises';

const SVG_STYLE = /style="([^"]*)"/g;

// Files by the end of their path: what is replaced there, by what.
const PATCHES = {
  // Markup with style="…" is parsed without it; the declarations are set through the CSSOM.
  'node_modules/domify/index.js': [
    [/export default function domify\(/, `export default function domify(htmlString, document = globalThis.document) {
      if (typeof htmlString !== 'string' || !/\\sstyle=/.test(htmlString)) return parse(htmlString, document);
      const found = parse(htmlString.replace(/(\\s)style=(["'])/g, '$1data-css=$2'), document);
      const all = found.querySelectorAll ? [...found.querySelectorAll('[data-css]')] : [];
      if (found.dataset?.css) all.push(found);
      for (const element of all) {
        element.style.cssText = element.dataset.css;
        delete element.dataset.css;
      }
      return found;
    }
    function parse(`],
  ],
  // Style sheets of the code editors are adopted instead of written into a <style> element.
  'node_modules/style-mod/src/style-mod.js': [
    ['!root.head && root.adoptedStyleSheets', 'root.adoptedStyleSheets'],
  ],
  // The icons for aligning and distributing: presentation attributes say the same.
  'features/align-elements/AlignElementsIcons.js': [[SVG_STYLE, attributes]],
  'features/distribute-elements/DistributeElementsIcons.js': [[SVG_STYLE, attributes]],
};

export const patches = {
  name: 'content-security-policy',
  setup(build) {
    const met = new Set();
    const ends = Object.keys(PATCHES);
    build.onLoad({ filter: /(domify|style-mod|align-elements|distribute-elements)/ }, async ({ path }) => {
      const end = ends.find((one) => path.replaceAll('\\', '/').endsWith(one));
      if (!end) return undefined;
      met.add(end);
      return { contents: change(await readFile(path, 'utf8'), end), loader: 'js' };
    });
    build.onEnd(() => {
      const missed = ends.filter((end) => !met.has(end));
      return { errors: missed.map((end) => ({ text: `nothing to patch: ${end}` })) };
    });
  },
};

function change(source, end) {
  let text = source;
  for (const [search, replacement] of PATCHES[end]) {
    const changed = text.replace(search, replacement);
    if (changed === text) throw new Error(`the patch of ${end} finds nothing`);
    text = changed;
  }
  return text;
}

function attributes(_, css) {
  const declarations = css.split(';').map((one) => one.trim()).filter(Boolean);
  return declarations.map((one) => one.replace(/^([a-z-]+):\s*(.*)$/, '$1="$2"')).join(' ');
}
