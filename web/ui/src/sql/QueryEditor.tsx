// One query: its name and text, what it may read beside it, and below it what it gives.
import {useEffect, useRef, useState} from 'preact/hooks';
import {ApiError, queries, type QueryResult} from '../api';
import {explain, fail} from '../hooks';
import {t as text, useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {go} from '../router';
import {Field, TextField} from '../settings/fields';
import {Conflict, SaveBar, Section, SettingsPage} from '../settings/Page';
import {refusals, useForm} from '../settings/useForm';
import {toast} from '../store';
import {saveFile, setMark, wantsMark} from './file';
import {listOf} from './path';
import {ResultTable} from './ResultTable';
import {Views} from './Views';

const PATH = '/sql';

interface Edited {
	id: number;
	name: string;
	sql: string;
	version: number;
}

// The query as it stands: a saved one, a list's, or nothing yet.
async function read(id: number | 'new', search: string): Promise<Edited> {
	if (id !== 'new') return queries.get(id);
	const list = listOf(search);
	const sql = list === null ? '' : (await queries.ofList(list)).sql;
	return {id: 0, name: sql && text('sql.listName'), sql, version: 0};
}

// What happens to the text as it is typed: run, or written to a file. REFUSED: why not.
function useRun() {
	const [result, setResult] = useState<QueryResult | null>(null);
	const [running, setRunning] = useState(false);
	const [refused, setRefused] = useState('');
	async function attempt(deed: () => Promise<void>) {
		if (running) return;
		setRunning(true);
		setRefused('');
		try {
			await deed();
		} catch (error) {
			if (error instanceof ApiError && error.errors.length) setRefused(refusals(error, {sql: text('sql.query')})['sql'] ?? explain(error));
			else fail(error);
		}
		setRunning(false);
	}
	const run = (sql: string) => attempt(async () => { setResult(null); setResult(await queries.run(sql)); });
	const csv = (sql: string, id: number) => attempt(async () => saveFile(await queries.csv(sql, wantsMark()), id ? `request_sql_${id}.csv` : 'request_sql.csv'));
	return {result, running, refused, run, csv};
}

export function QueryEditor({id, search}: {id: number | 'new'; search: string}) {
	const t = useTexts();
	const isNew = id === 'new';
	const [found, setFound] = useState(false);
	const [mark, keepMark] = useState(wantsMark());
	const area = useRef<HTMLTextAreaElement>(null);
	const [last, setLast] = useState<'run' | 'save'>('save'); // what the text was refused for, if it was
	const {result, running, refused, run: runText, csv: fileText} = useRun();
	const form = useForm<Edited>({id: 0, name: '', sql: '', version: 0}, async ({name, sql, version}) => {
		const saved = isNew ? await queries.create({name, sql}) : await queries.change(id, version, {name, sql});
		toast('done', t(isNew ? 'done.creation' : 'done.change'));
		if (isNew) go(`${PATH}/${saved.id}`);
		return saved;
	}, {name: t('sql.name'), sql: t('sql.query')});
	const {values, set, errors} = form;

	function run(sql: string) {
		setLast('run');
		void runText(sql);
	}
	function csv() {
		setLast('run');
		void fileText(values.sql, values.id);
	}
	function save(event: Event) {
		setLast('save');
		void form.submit(event);
	}

	function load() {
		read(id, search).then((query) => {
			form.restart(query);
			setFound(true);
			if (new URLSearchParams(search).get('run')) run(query.sql);
		}, fail);
	}
	useEffect(load, [id]);

	// In place of what is chosen in the text, which keeps the focus.
	function insert(word: string) {
		const {selectionStart: from = 0, selectionEnd: to = 0} = area.current ?? {};
		set('sql', values.sql.slice(0, from) + word + values.sql.slice(to));
		setTimeout(() => {
			area.current?.focus();
			area.current?.setSelectionRange(from + word.length, from + word.length);
		});
	}

	function onKey(event: KeyboardEvent) {
		if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
		event.preventDefault();
		run(values.sql);
	}

	const title = isNew ? t('sql.new') : values.name || t('sql.query');
	return (
		<SettingsPage wide title={title} back={{href: PATH, text: t('nav.sql')}}>
			{found && (
				<div class="sql-page">
					<form class="sql-form" onSubmit={save} noValidate>
						<Section title={t('sql.query')}>
							<Conflict shown={form.conflict} onReload={load} />
							<TextField name="name" label={t('sql.name')} required value={values.name} error={errors['name']} onChange={(name) => set('name', name)} />
							<Field label={t('sql.query')} required help={t('sql.help')} error={(last === 'run' ? refused : errors['sql']) || undefined}>
								{(ids) => <textarea ref={area} class="form-control sql-text" {...ids} name="sql" rows={12} spellcheck={false} value={values.sql}
									onInput={(event) => set('sql', event.currentTarget.value)} onKeyDown={onKey} />}
							</Field>
							<div class="sql-tools">
								<button type="button" class="btn btn-quiet" disabled={running} onClick={() => run(values.sql)}><Icon name="play" />{t('sql.run')}<kbd aria-hidden="true">Ctrl+↵</kbd></button>
								<button type="button" class="btn btn-quiet" disabled={running} onClick={csv}><Icon name="download" />{t('csv.export')}</button>
								<label class="check"><input type="checkbox" checked={mark} onChange={(event) => { setMark(event.currentTarget.checked); keepMark(event.currentTarget.checked); }} /><span>{t('csv.mark')}</span></label>
							</div>
							<SaveBar waiting={form.waiting} cancel={PATH} />
						</Section>
					</form>
					<Views onInsert={insert} />
					<ResultTable result={result} running={running} />
				</div>
			)}
		</SettingsPage>
	);
}
