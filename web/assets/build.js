// Builds web/static/dist from these sources: `node build.js [target folder]`.
// What is bundled, and under which licence, is written beside it from the bundler's own metafile.
import { build } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { patches } from './patches.js';
import { texts } from './texts.js';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../static/dist'));
const modules = join(here, 'node_modules');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: ['es2022'],
  metafile: true,
  legalComments: 'none',
  charset: 'utf8',
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
};
const pages = await build({
  ...common,
  entryPoints: ['diagram.js', 'diagram.css', 'fonts.css'],
  outdir: out,
  format: 'iife',
  assetNames: '[name]',
});
// The editors: a page of the studio loads one of them, what they share lies in common files.
const editors = {
  ...common,
  entryPoints: ['diagram', 'table', 'form', 'text'].flatMap((name) => [`studio/${name}.js`, `studio/${name}.css`]),
  outdir: join(out, 'studio'),
  format: 'esm',
  splitting: true,
  chunkNames: 'part-[hash]',
  assetNames: '[name]',
  // One copy of preact for all: components of the properties panel are drawn by the form editor too.
  alias: {
    preact: '@bpmn-io/properties-panel/preact',
    'preact/hooks': '@bpmn-io/properties-panel/preact/hooks',
    'preact/compat': '@bpmn-io/properties-panel/preact/compat',
    'preact/jsx-runtime': '@bpmn-io/properties-panel/preact/jsx-runtime',
  },
  plugins: [patches],
};
const studio = await build(editors);
const readable = await build({ ...editors, minify: false, write: false });
copyFileSync(join(modules, 'htmx.org/dist/htmx.min.js'), join(out, 'htmx.js'));

const inputs = Object.keys({ ...pages.metafile.inputs, ...studio.metafile.inputs });
const bundled = new Set([join(modules, 'htmx.org')]);
for (const input of inputs) {
  const match = input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/);
  if (match) bundled.add(join(here, match[0]));
}
writeFileSync(join(out, 'LICENSES.txt'), licences([...bundled]));
writeFileSync(join(out, 'studio/texts.json'), JSON.stringify(texts(readable.outputFiles.map((one) => one.text)), null, 1));
if (!existsSync(join(out, 'diagram.js'))) throw new Error('nothing was built');

function licences(folders) {
  const found = new Map();
  for (const folder of folders.filter((one) => existsSync(join(one, 'package.json')))) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (!version) continue; // a folder inside a package that has a package.json for its entry point only
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
    found.set(`${name} ${version}`, `${name} ${version} (${license ?? 'see below'})\n\n${text}\n`);
  }
  const sorted = [...found.keys()].sort().map((key) => found.get(key));
  return sorted.join(`\n${'-'.repeat(72)}\n\n`);
}
