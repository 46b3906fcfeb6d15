// A disk of which all is known: tests/powercut/record.c writes down what programs do to the files of a directory, and this says what is left
// of them when the power goes. As POSIX has it: what was written is there for sure when its file was synced after it, a name when its
// directory was; of the rest any part may be there, in any order.
import {chmodSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {run, top} from './system.mjs';

const HEAD = 32;
const SECTOR = 512;

// The environment that puts the library, which is built beside LOG, before a program: directory is watched, each sync takes DELAY ms longer.
export function recording({directory, log, delay = 0}) {
	const library = path.join(path.dirname(log), 'record.so');
	run('gcc', ['-std=gnu17', '-O2', '-D_GNU_SOURCE', '-shared', '-fPIC', '-o', library, path.join(top, 'tests/powercut/record.c')]);
	writeFileSync(log, '');
	chmodSync(log, 0o666); // for all accounts that programs run as
	return {...process.env, LD_PRELOAD: library, POWERCUT_DIR: directory, POWERCUT_LOG: log, POWERCUT_SYNC: String(delay),
		ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`};
}

// One file: what is on the disk, and what was done to it since.
class File {
	octets = Buffer.alloc(0);
	pending = []; // {place, at, data} written, {place, at} cut to a length

	static apply(octets, {at, data}) {
		if (!data) return at <= octets.length ? octets.subarray(0, at) : Buffer.concat([octets, Buffer.alloc(at - octets.length)]);
		const whole = octets.length >= at + data.length ? octets : Buffer.concat([octets, Buffer.alloc(at + data.length - octets.length)]);
		data.copy(whole, at);
		return whole;
	}

	// All that was done before the log had that length is on the disk now.
	sync(place) {
		const later = [];
		for (const change of this.pending) {
			if (change.place < place) this.octets = File.apply(this.octets, change);
			else later.push(change);
		}
		this.pending = later;
	}

	// What the disk may hold: keep says of each change that was not synced how much of it is there, 0 to 1.
	held(keep) {
		let octets = Buffer.from(this.octets);
		for (const {at, data} of this.pending) {
			const part = keep();
			if (data) {
				const size = part === 1 ? data.length : Math.floor(data.length * part / SECTOR) * SECTOR;
				if (size) octets = File.apply(octets, {at, data: data.subarray(0, size)});
			} else if (part > 0) octets = File.apply(octets, {at});
		}
		return octets;
	}
}

export class Disk {
	#log;
	#at = 0;
	#files = new Map(); // by inode
	#names = new Map(); // on the disk: path → inode, or null for a directory
	#pending = []; // {place, path, inode} given, {place, path} taken away
	#nowNames = new Map(); // as programs see them

	constructor(log) {
		this.#log = log;
	}

	// How much has been noted by now: what is told to the world from here on must be on the disk here.
	get now() {
		return statSync(this.#log).size;
	}

	// Goes on to that place of the log. Only forward.
	advance(place) {
		const octets = readFileSync(this.#log);
		while (this.#at + HEAD <= Math.min(place, octets.length)) {
			const nameSize = octets.readUInt32LE(this.#at + 16), dataSize = octets.readUInt32LE(this.#at + 20);
			const from = this.#at + HEAD, to = from + nameSize;
			const record = {place: this.#at, file: octets.readBigUInt64LE(this.#at), at: Number(octets.readBigUInt64LE(this.#at + 8)),
				operation: String.fromCharCode(octets.readUInt32LE(this.#at + 24)), name: octets.toString('utf8', from, to), data: octets.subarray(to, to + dataSize)};
			if (to + dataSize > place) return;
			this.#at = to + dataSize;
			this.#take(record);
		}
	}

	// Where each thing that was noted ends, or each sync: a power cut can come there.
	places(isSync = false) {
		const octets = readFileSync(this.#log), all = [];
		for (let at = 0; at + HEAD <= octets.length;) {
			const operation = String.fromCharCode(octets.readUInt32LE(at + 24));
			at += HEAD + octets.readUInt32LE(at + 16) + octets.readUInt32LE(at + 20);
			if (!isSync || operation === 's') all.push(at);
		}
		return all;
	}

	#file(inode) {
		if (!this.#files.has(inode)) this.#files.set(inode, new File());
		return this.#files.get(inode);
	}

	#give(place, name, inode) {
		this.#nowNames.set(name, inode);
		this.#pending.push({place, path: name, inode});
	}

	#takeAway(place, name) {
		this.#nowNames.delete(name);
		this.#pending.push({place, path: name});
	}

	#take({place, file, at, operation, name, data}) {
		const acts = {
			c: () => { this.#files.set(file, new File()); this.#give(place, name, file); }, // an inode that comes again is another file
			l: () => this.#give(place, name, file),
			m: () => this.#give(place, name, null),
			w: () => this.#file(file).pending.push({place, at, data: Buffer.from(data)}),
			t: () => this.#file(file).pending.push({place, at}),
			s: () => this.#file(file).sync(at),
			d: () => this.#syncDirectory(name, at),
			u: () => this.#takeAway(place, name),
			r: () => {
				const [from, to] = name.split('\0');
				const inode = this.#nowNames.get(from);
				this.#takeAway(place, from);
				this.#give(place, to, inode);
			},
		};
		acts[operation]();
	}

	static #change(names, {path: name, inode}) {
		if (inode === undefined) names.delete(name);
		else names.set(name, inode);
	}

	#syncDirectory(name, place) {
		const isDone = (change) => path.dirname(change.path) === name && change.place < place;
		for (const change of this.#pending.filter(isDone)) Disk.#change(this.#names, change);
		this.#pending = this.#pending.filter((change) => !isDone(change));
	}

	// Writes what is left at this place of the log to the directory INTO, what was at DIRECTORY. keep: as of File.held, for names too; by
	// default nothing is there that was not synced. Maps into memory (-shm) are never there. A file needs its name, and the names of its directories.
	cut(directory, into, keep = () => 0) {
		const names = new Map(this.#names);
		for (const change of this.#pending) if (keep() > 0.5) Disk.#change(names, change);
		mkdirSync(into, {recursive: true});
		const isWay = (name) => name === directory || (names.get(name) === null && isWay(path.dirname(name)));
		for (const [name, inode] of [...names].sort()) {
			if (!name.startsWith(`${directory}/`) || name.endsWith('-shm') || !isWay(path.dirname(name))) continue;
			const place = path.join(into, path.relative(directory, name));
			if (inode === null) mkdirSync(place, {recursive: true});
			else writeFileSync(place, this.#file(inode).held(keep), {mode: 0o600});
		}
	}
}
