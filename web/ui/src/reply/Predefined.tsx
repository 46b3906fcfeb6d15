// The predefined messages: what is chosen is put where the caret was, its fields filled, in the thread's language.
import {useState} from 'preact/hooks';
import * as api from '../api';
import {fail} from '../hooks';
import {useTexts} from '../i18n';
import {hasMarks} from '../marks';
import {Dropdown} from '../parts/Dropdown';
import {Icon} from '../parts/icons';
import {toast} from '../store';
import type {EditorHandle} from './Editor';

interface Entry {
	id: number;
	name: string;
	message: string;
}

const MANY = 8; // above it there is a field to find one

export function Predefined({thread, editor, onDone}: {thread: number; editor: {current: EditorHandle | null}; onDone: () => void}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	const [all, setAll] = useState<Entry[] | null>(null);
	const [typed, setTyped] = useState('');
	const found = (all ?? []).filter(({name, message}) => typed.trim() === '' || hasMarks(`${name} ${message}`, typed));

	function turn(on: boolean) {
		setOpen(on);
		setTyped('');
		if (on) api.orderMessages().then(setAll, (error) => { setOpen(false); fail(error); });
	}
	async function choose(id: number) {
		setOpen(false);
		try {
			const {text, empty} = await api.reply.fill(thread, id);
			editor.current?.insert(text);
			if (empty.length) toast('failed', t('predefined.empty', {names: empty.map((each) => `{${each.replace(/[{}]/g, '')}}`).join(', ')}));
			onDone();
		} catch (error) {
			fail(error);
		}
	}
	return (
		<Dropdown open={open} setOpen={turn} start class="predefined" label={t('predefined')} buttonClass="btn btn-plain" button={<><Icon name="template" /><span>{t('predefined')}</span><Icon name="down" /></>}>
			{(all?.length ?? 0) > MANY && (
				<input type="search" class="form-control" aria-label={t('predefined.find')} placeholder={t('predefined.find')} value={typed} onInput={(event) => setTyped(event.currentTarget.value)}
					onKeyDown={(event) => { if (event.key.length === 1 || /^(Home|End)$/.test(event.key)) event.stopPropagation(); }} />
			)}
			{found.map(({id, name, message}) => (
				<button key={id} type="button" class="menu-item predefined-item" role="menuitem" onClick={() => void choose(id)}>
					<strong>{name}</strong><span class="muted">{message}</span>
				</button>
			))}
			{all !== null && found.length === 0 && <p class="muted panel-title" role="status">{t('predefined.none')}</p>}
		</Dropdown>
	);
}
