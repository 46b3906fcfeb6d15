// Bundles one of the UI's modules for Node and loads it: the same sources that the browser runs.
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';

const ui = new URL('../../web/ui/', import.meta.url);
const esbuild = createRequire(new URL('package.json', ui))('esbuild');

export async function load(module) {
	const result = await esbuild.build({
		entryPoints: [fileURLToPath(new URL(`src/${module}`, ui))],
		bundle: true, write: false, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'],
		jsx: 'automatic', jsxImportSource: 'preact', logLevel: 'warning',
		define: Object.fromEntries(['fr', 'nl', 'pl'].map((code) => [`CATALOG_${code.toUpperCase()}_URL`, JSON.stringify(`./catalogs/${code}`)])),
	});
	const text = Buffer.from(result.outputFiles[0].contents).toString('base64');
	return import(`data:text/javascript;base64,${text}`);
}
