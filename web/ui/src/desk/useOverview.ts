// The numbers above the list, kept by this module between visits so that Back shows them at once.
import {useCallback, useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {onEvents} from '../bell';
import {fail} from '../hooks';
import {language, useTexts} from '../i18n';
import {useValue} from '../store';
import type {ContactBlock, Kpis, Statistics} from '../types';

interface Numbers {
	kpis: Kpis | null;
	contacts: ContactBlock[] | null;
	statistics: Statistics | null;
}

let kept: Numbers = {kpis: null, contacts: null, statistics: null};

export function useOverview() {
	useTexts();
	const code = useValue(language);
	const [numbers, setNumbers] = useState(kept);

	const take = useCallback((part: Partial<Numbers>) => {
		kept = {...kept, ...part};
		setNumbers(kept);
	}, []);

	const load = useCallback(() => {
		api.overview.kpis().then((kpis) => take({kpis}), fail);
		api.overview.contacts().then((contacts) => take({contacts}), fail);
		api.overview.statistics().then((statistics) => take({statistics}), fail);
	}, [take]);

	useEffect(load, [load, code]);
	useEffect(() => onEvents(load, 300), [load]);

	const refresh = useCallback(async (name: keyof Kpis) => {
		await api.overview.refresh(name).then((kpis) => take({kpis}), fail);
	}, [take]);
	return {...numbers, refresh};
}
