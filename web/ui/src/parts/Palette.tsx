// The command palette (Ctrl+K): a field, and below it everything that begins with the words typed there.
import {useEffect, useId, useMemo, useRef, useState} from 'preact/hooks';
import {offeredCommands, type Command} from '../commands';
import {loadSaved, saved, savedPath} from '../desk/saved';
import {t as text, useTexts} from '../i18n';
import {hasMarks, wordsOf} from '../marks';
import {pages} from '../pages';
import {deskPath, FOLDERS} from '../query';
import {go, PAGES, threadPath} from '../router';
import {onAction} from '../shortcuts';
import {session, useValue} from '../store';
import {Dialog} from './Dialog';

// Where one can go from everywhere.
function places(): Command[] {
	const role = session.get()?.role ?? 'viewer';
	const allowed = PAGES.filter((page) => pages[page]?.roles.includes(role));
	return [
		...FOLDERS.map((folder): Command => ({id: `folder-${folder}`, group: text('folders'), text: text(`folder.${folder}`), run: () => go(deskPath({folder}))})),
		{id: 'folder-all', group: text('folders'), text: text('folder.all'), run: () => go('/')},
		...saved.get().map((filter): Command => ({id: `saved-${filter.id}`, group: text('filters.saved'), text: filter.name, run: () => go(savedPath(filter))})),
		...allowed.map((page): Command => ({id: `page-${page}`, group: text('palette.pages'), text: text(`nav.${page}`), run: () => go(`/${page}`)})),
	];
}

function matches(command: Command, typed: string): boolean {
	return wordsOf(typed).every((word) => hasMarks(`${command.text} ${command.group}`, word));
}

// What was typed may itself be a thread's number, or words to search for.
function typedCommands(typed: string): Command[] {
	const number = /^#?\s*(\d{1,15})$/.exec(typed)?.[1];
	const found: Command[] = [];
	if (number && Number(number)) found.push({id: 'thread', group: text('palette.go'), text: text('thread.number', {id: number}), run: () => go(threadPath(Number(number)))});
	if (wordsOf(typed).length) found.push({id: 'search', group: text('search.all'), text: text('palette.search', {words: typed}), run: () => go(deskPath({q: typed}))});
	return found;
}

export function Palette() {
	const [open, setOpen] = useState(false);
	useEffect(() => onAction('palette', () => {
		if (!document.querySelector('dialog[open]')) setOpen(true);
	}), []);
	return open ? <PaletteDialog onClose={() => setOpen(false)} /> : null;
}

function PaletteDialog({onClose}: {onClose: () => void}) {
	const t = useTexts();
	const filters = useValue(saved);
	const id = useId();
	const [typed, setTyped] = useState('');
	const [at, setAt] = useState(0);
	const list = useRef<HTMLUListElement>(null);
	const offered = useMemo(offeredCommands, []);
	const all = useMemo(() => [...offered, ...places()], [offered, filters]);
	const found = useMemo(() => [...all.filter((command) => matches(command, typed)), ...typedCommands(typed.trim())], [all, typed]);
	const chosen = Math.min(at, found.length - 1);
	useEffect(() => void loadSaved(), []);
	useEffect(() => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({block: 'nearest'}), [chosen, found]);

	function choose(command: Command | undefined) {
		if (!command) return;
		onClose();
		setTimeout(command.run); // once the dialog has given the focus back
	}
	function onKey(event: KeyboardEvent) {
		const to = {ArrowDown: chosen + 1, ArrowUp: chosen - 1}[event.key];
		if (event.key === 'Enter') choose(found[chosen]);
		else if (to !== undefined && found.length) setAt((to + found.length) % found.length);
		else return;
		event.preventDefault();
	}
	return (
		<Dialog title={t('palette')} onClose={onClose}>
			<input class="form-control palette-field" role="combobox" aria-expanded="true" aria-controls={id} aria-autocomplete="list" autofocus autocomplete="off"
				aria-activedescendant={found[chosen] ? `${id}-${found[chosen].id}` : undefined} aria-label={t('palette.hint')} placeholder={t('palette.hint')} value={typed}
				onInput={(event) => { setTyped(event.currentTarget.value); setAt(0); }} onKeyDown={onKey} />
			{found.length === 0 && <p class="muted palette-none" role="status">{t('palette.none')}</p>}
			<ul id={id} ref={list} class="palette" role="listbox" aria-label={t('palette')}>
				{found.map((command, index) => (
					<li key={command.id} id={`${id}-${command.id}`} role="option" aria-selected={index === chosen} data-command={command.id}
						onPointerMove={() => setAt(index)} onClick={() => choose(command)}>
						<span>{command.text}</span><span class="muted">{command.group}</span>
					</li>
				))}
			</ul>
		</Dialog>
	);
}
