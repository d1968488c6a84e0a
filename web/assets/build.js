// Builds web/static/dist from these sources: `node build.js [target folder]`.
// What is bundled, and under which licence, is written beside it from the bundler's own metafile.
import { build } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../static/dist'));
const modules = join(here, 'node_modules');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ['diagram.js', 'diagram.css', 'fonts.css'],
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2022'],
  metafile: true,
  legalComments: 'none',
  loader: { '.woff2': 'file' },
  assetNames: '[name]',
});
copyFileSync(join(modules, 'htmx.org/dist/htmx.min.js'), join(out, 'htmx.js'));

const bundled = new Set(['htmx.org']);
for (const input of Object.keys(metafile.inputs)) {
  const match = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)?.at(-1);
  if (match) bundled.add(match.replace(/^node_modules\/|\/$/g, ''));
}
const licences = [...bundled].sort().map((name) => {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return `${name} ${version} (${license ?? 'see below'})\n\n${text}\n`;
});
writeFileSync(join(out, 'LICENSES.txt'), licences.join(`\n${'-'.repeat(72)}\n\n`));
if (!existsSync(join(out, 'diagram.js'))) throw new Error('nothing was built');
