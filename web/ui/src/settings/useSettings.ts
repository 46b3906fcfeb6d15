// A group of settings as a form: loaded, saved against its version, "successfully updated".
import {useEffect, useState} from 'preact/hooks';
import {settings} from '../api';
import {fail} from '../hooks';
import {t} from '../i18n';
import {toast} from '../store';
import {useForm} from './useForm';

export function useSettings<T extends {version: number}>(name: 'contact' | 'retention' | 'answering', first: T) {
	const [loaded, setLoaded] = useState(false);
	const form = useForm<T>(first, async ({version, ...rest}) => {
		const after = await settings.change<T>(name, version, rest);
		toast('done', t('done.settings'));
		return after;
	});
	function load() {
		settings.get<T>(name).then((now) => { form.restart(now); setLoaded(true); }, fail);
	}
	useEffect(load, []);
	return {form, loaded, load};
}
