// Questions to one file of the store, by one sqlite3 for as long as it is kept: starting one takes longer than most answers.
import {spawn} from 'node:child_process';

const END = '[{"end":1}]';

export class Sql {
	#child;
	#said = '';
	#complaint = '';
	#wake = () => {};

	constructor(file) {
		this.#child = spawn('sqlite3', ['-readonly', '-json', '-cmd', '.timeout 20000', file]);
		this.#child.stdout.on('data', (data) => { this.#said += data; this.#wake(); });
		this.#child.stderr.on('data', (data) => { this.#complaint += data; this.#wake(); });
		this.#child.stdin.on('error', () => {});
	}

	// The rows, as objects.
	async ask(text) {
		this.#child.stdin.write(`${text};\nSELECT 1 AS end;\n`);
		while (!this.#said.trimEnd().endsWith(END)) {
			if (this.#complaint) throw new Error(`${text}: ${this.#complaint}`);
			await new Promise((done) => { this.#wake = done; });
		}
		const rows = this.#said.trimEnd().slice(0, -END.length);
		this.#said = '';
		return rows.trim() ? JSON.parse(rows) : [];
	}

	// What has the file open when all else is killed would change what a new start meets.
	close() {
		this.#child.stdin.end();
		return new Promise((done) => this.#child.once('close', done));
	}
}
