// Builds the UI: node build.mjs OUTDIR
// Type-checks and bundles src/, hashes and precompresses what comes out, and writes OUTDIR/assets.c with
// OUTDIR/assets.S, which together are the table of web/assets.h.
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, extname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';
import * as esbuild from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const types = {
	'.css': 'text/css; charset=utf-8',
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.webmanifest': 'application/manifest+json',
};

// What the app asks for when it is needed first: the constant that holds its address, where it begins, what it is called.
const later = [
	['CHARTS_URL', 'src/draw.ts', 'charts.js'],
	['SQUARES_URL', 'src/squares.ts', 'squares.js'],
	...['fr', 'nl', 'pl'].map((code) => [`CATALOG_${code.toUpperCase()}_URL`, `src/catalogs/${code}.ts`, `texts-${code}.js`]),
];

function digest(bytes) {
	return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

function check_types() {
	const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
	const run = spawnSync(process.execPath, [tsc, '--noEmit', '-p', here], {stdio: 'inherit'});
	if (run.status !== 0) process.exit(run.status ?? 1);
}

// DEFINE: addresses of files that are asked for later, as constants.
async function bundle(entry, name, define = {}) {
	const result = await esbuild.build({
		entryPoints: [join(here, entry)],
		bundle: true,
		minify: true,
		write: false,
		format: 'esm',
		target: ['es2021', 'safari15'],
		jsx: 'automatic',
		jsxImportSource: 'preact',
		legalComments: 'none',
		logLevel: 'warning',
		define: Object.fromEntries(Object.entries(define).map(([constant, path]) => [constant, JSON.stringify(path)])),
		external: Object.values(define),
	});
	return hashed(name, Buffer.from(result.outputFiles[0].contents));
}

function hashed(name, bytes) {
	const extension = extname(name);
	return {path: `/${name.slice(0, -extension.length)}-${digest(bytes)}${extension}`, bytes, immutable: true};
}

function compress(bytes) {
	const smaller = (packed) => (packed.length < bytes.length ? packed : null);
	return {
		gzip: smaller(gzipSync(bytes, {level: 9})),
		brotli: smaller(brotliCompressSync(bytes, {params: {[constants.BROTLI_PARAM_QUALITY]: 11}})),
	};
}

// {{name}} in a static file stands for the hashed path of that file.
function fill(file, paths) {
	const text = readFileSync(join(here, 'static', file), 'utf8');
	return Buffer.from(text.replace(/{{([\w.]+)}}/g, (_, name) => {
		if (!paths[name]) throw new Error(`${file}: nothing is called ${name}`);
		return paths[name];
	}));
}

async function collect() {
	const icon = hashed('bell.svg', readFileSync(join(here, 'static/bell.svg')));
	const parts = await Promise.all(later.map(async ([constant, entry, name]) => ({constant, ...await bundle(entry, name)})));
	const script = await bundle('src/main.tsx', 'app.js', Object.fromEntries(parts.map(({constant, path}) => [constant, path])));
	const style = await bundle('src/style/main.css', 'app.css');
	const paths = {'app.js': script.path, 'app.css': style.path, 'bell.svg': icon.path};
	const manifest = hashed('app.webmanifest', fill('app.webmanifest', paths));
	paths['app.webmanifest'] = manifest.path;
	const pages = ['index.html', 'frame.html'].map((name) => ({path: `/${name}`, bytes: fill(name, paths), immutable: false}));
	return [...pages, script, ...parts, style, icon, manifest];
}

// Puts BYTES below OUT and gives the assembler's lines for it, the C name among them.
function embed(out, file, symbol, bytes) {
	const path = join(out, 'files', file);
	writeFileSync(path, bytes);
	return `\t.balign 16\n\t.global ${symbol}\n\t.hidden ${symbol}\n${symbol}:\n\t.incbin "${path}"\n`;
}

function write(out, assets) {
	const data = [];
	const names = [];
	const rows = [];
	assets.forEach(({path, bytes, immutable}, at) => {
		const row = {data: bytes, ...compress(bytes)};
		const extension = {data: '', gzip: '.gz', brotli: '.br'};
		const fields = [];
		for (const [kind, content] of Object.entries(row)) {
			const symbol = `asset_${at}_${kind}`;
			if (!content) continue;
			data.push(embed(out, path.slice(1) + extension[kind], symbol, content));
			names.push(symbol);
			fields.push(`.${kind} = ${symbol}`, `.${kind === 'data' ? 'size' : `${kind}_size`} = ${content.length}`);
		}
		rows.push(`\t{.path = "${path}", .type = "${types[extname(path)]}", .etag = "\\"${digest(bytes)}\\"", ${fields.join(', ')}, .immutable = ${immutable}},\n`);
	});
	writeFileSync(join(out, 'assets.S'), `\t.section .rodata\n${data.join('')}\t.section .note.GNU-stack,"",@progbits\n`);
	writeFileSync(join(out, 'assets.c'), [
		'/* assets: written by web/ui/build.mjs. */\n#include "web/assets.h"\n\n',
		`extern const unsigned char ${names.map((name) => `${name}[]`).join(', ')};\n\n`,
		`const struct asset assets[] = {\n${rows.join('')}};\n`,
		'const size_t assets_count = sizeof assets / sizeof *assets;\n',
	].join(''));
}

const out = process.argv[2];
if (!out) {
	console.error('usage: node build.mjs OUTDIR');
	process.exit(64);
}
check_types();
const assets = await collect();
rmSync(join(out, 'files'), {recursive: true, force: true});
mkdirSync(join(out, 'files'), {recursive: true});
write(out, assets);
