// A disk that fails and dawdles as it is told, under every process of a desk: tests/faults/disk.c, preloaded.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {build} from './system.mjs';

// As in tests/faults/disk.h.
const calls = {open: 1, write: 2, sync: 4, truncate: 8, read: 16, rename: 32};
const words = ['calls', 'error', 'skip', 'times', 'delay', 'seen', 'failed'];
const size = words.length * 4 + 16 + 32;

export class Disk {
	// For the store in DIR/store.
	constructor(dir) {
		const library = path.join(dir, 'disk.so'); // a copy: the clone may lie where "nobody" cannot go
		fs.copyFileSync(path.join(build, 'tests/disk.so'), library);
		fs.chmodSync(library, 0o755);
		this.file = path.join(dir, 'disk.order');
		fs.writeFileSync(this.file, Buffer.alloc(size));
		fs.chmodSync(this.file, 0o666);
		this.env = {...process.env, LD_PRELOAD: library, DISK_ORDER: this.file, DISK_STORE: path.join(dir, 'store'),
			ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':')};
	}

	// From now on: WHAT ("write sync") of FILE (how its name ends; without: all of the store) in ROLE (without: in all) fails with CODE
	// ("ENOSPC"), after SKIP that do not, TIMES (without: all). DELAY: and takes so many ms longer, or only that when there is no code.
	order(what, {code, skip = 0, times = -1, delay = 0, file = '', role = ''} = {}) {
		const order = Buffer.alloc(size);
		const values = {calls: what.split(' ').reduce((all, one) => all | (calls[one] ?? 0), 0), error: code ? os.constants.errno[code] : 0, skip, times, delay};
		words.forEach((word, at) => order.writeInt32LE(values[word] ?? 0, at * 4));
		order.write(role, words.length * 4, 15, 'latin1');
		order.write(file, words.length * 4 + 16, 31, 'latin1');
		const handle = fs.openSync(this.file, 'r+');
		fs.writeSync(handle, Buffer.alloc(4), 0, 4, 0); // nothing fails by half of an order
		fs.writeSync(handle, order, 4, size - 4, 4);
		fs.writeSync(handle, order, 0, 4, 0);
		fs.closeSync(handle);
	}

	// How many calls were meant, and how many failed, since the order.
	count() {
		const order = fs.readFileSync(this.file);
		return {seen: order.readInt32LE(20), failed: order.readInt32LE(24)};
	}

	mend() {
		this.order('');
	}
}
