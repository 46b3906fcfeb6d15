// One thing of the API as it is now: asked for again when the bell tells of an event, one question at a time.
import {useEffect, useState} from 'preact/hooks';
import {ApiError} from './api';
import {onEvents} from './bell';

export function useLive<One>(get: (id: number, search: string) => Promise<One>, id: number, search: string): {one: One | null; error: unknown} {
	const [one, setOne] = useState<One | null>(null);
	const [error, setError] = useState<unknown>(null);
	useEffect(() => {
		let here = true;
		let busy = false;
		let again = false;
		async function ask() {
			try {
				const answer = await get(id, search);
				if (!here) return;
				setOne(answer);
				setError(null);
			} catch (problem) {
				if (!here) return;
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
		return () => {
			here = false;
			stop();
		};
	}, [get, id, search]);
	return {one, error};
}
