// One thing of the API as it is now: asked for again when the bell tells of an event, one question at a time.
import {useEffect, useState} from 'preact/hooks';
import {ApiError} from './api';
import {onEvents} from './bell';
import {link} from './store';

export function useLive<One>(get: (id: number, search: string) => Promise<One>, id: number, search: string): {one: One | null; error: unknown} {
	const [one, setOne] = useState<One | null>(null);
	const [error, setError] = useState<unknown>(null);
	useEffect(() => {
		let here = true;
		let busy = false;
		let again = false;
		let failed = false;
		async function ask() {
			failed = false;
			try {
				const answer = await get(id, search);
				if (!here) return;
				setOne(answer);
				setError(null);
			} catch (problem) {
				if (!here) return;
				failed = true;
				if (problem instanceof ApiError && problem.status === 404) setOne(null);
				setError(problem);
			}
		}
		async function load() {
			again = busy;
			if (busy) return;
			busy = true;
			do {
				again = false;
				await ask();
			} while (again && here);
			busy = false;
		}
		void load();
		const stop = onEvents(() => void load());
		const unlink = link.subscribe((now) => { // what failed for want of a connection
			if (failed && (now === 'up' || now === 'back')) void load();
		});
		return () => {
			here = false;
			stop();
			unlink();
		};
	}, [get, id, search]);
	return {one, error};
}
