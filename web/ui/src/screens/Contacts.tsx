// Shop parameters › Contact: what customers write to, as a list and one by one.
import {useEffect, useMemo, useState} from 'preact/hooks';
import * as server from '../api';
import {explain, fail} from '../hooks';
import {language, useTexts} from '../i18n';
import type {PageProps} from '../pages';
import {Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import {go} from '../router';
import {CrudTable, type Column} from '../settings/CrudTable';
import {Choices, Field, LanguageField, Radios, SelectField, Switch, TextArea, type Texts} from '../settings/fields';
import {Conflict, SaveBar, Section, SettingsPage} from '../settings/Page';
import type {TableShape} from '../settings/tableQuery';
import {useForm} from '../settings/useForm';
import {useRowDrag} from '../settings/useRowDrag';
import {useTable} from '../settings/useTable';
import {session, toast, useValue} from '../store';

interface ContactRow {
	id: number;
	name: string;
	description: string;
	addresses: string[];
	address: string;
	saving: boolean;
	taking: boolean;
	position: number;
}

interface Contact {
	id: number;
	version: number;
	name: Texts;
	description: Texts;
	addresses: string[];
	saving: boolean;
	taking: boolean;
	shops: number[];
	threads: number;
}

const PATH = '/contacts';
const SHAPE: TableShape = {filters: ['id', 'name', 'address', 'description'], sorts: ['position', 'id', 'name', 'address', 'description'], sort: 'position'};
const api = server.crud<ContactRow, Contact>(PATH, 'contacts');

// Names stand in filters and drop-downs everywhere.
function renewSession(): void {
	server.session.look().then((now) => now && session.set(now), fail);
}

export function ContactsScreen({id, search}: PageProps) {
	return id === null ? <List search={search} /> : <One id={id} />;
}

function List({search}: {search: string}) {
	const t = useTexts();
	const code = useValue(language);
	const table = useTable<ContactRow>(api, PATH, search, SHAPE);
	const [asked, setAsked] = useState<number[] | null>(null);
	const {page, query, reload} = table;
	useEffect(() => void reload(), [code]);
	const rows = page?.rows ?? [];
	const movable = query.sort === 'position' && !query.descending && !Object.keys(query.filters).length && page?.total === rows.length;
	const drag = useRowDrag((ids) => void put(ids));
	const columns = useMemo<Column<ContactRow>[]>(() => [
		{name: 'id', text: t('column.id'), sort: true, filter: 'number', cell: ({id}) => id},
		{name: 'name', text: t('contact.title'), sort: true, filter: 'text', cell: ({name}) => name},
		{name: 'address', text: t('contact.address'), sort: true, filter: 'text', cell: ({addresses}) => addresses.some(Boolean) && <Addresses list={addresses} />},
		{name: 'description', text: t('contact.description'), sort: true, filter: 'text', cell: ({description}) => description && <span class="clamp">{description}</span>},
		{name: 'saving', text: t('contact.saving'), cell: ({saving}) => t(saving ? 'yes' : 'no')},
		{name: 'position', text: t('contact.position'), sort: true, cell: ({id, position}) => (
			<>{movable && <Grip onStart={(event) => drag.start(event, id)} />}{position + 1}</>
		)},
	], [code, movable]);

	async function put(ids: number[]) {
		try {
			await server.orderContacts(ids);
			renewSession();
		} catch (error) {
			fail(error);
		}
		await reload();
	}
	function move({id}: ContactRow, by: -1 | 1) {
		const ids = rows.map((row) => row.id);
		const from = ids.indexOf(id);
		ids.splice(from, 1);
		ids.splice(from + by, 0, id);
		void put(ids).then(() => {
			document.querySelector<HTMLElement>(`tr[data-id="${id}"] [data-move="${by}"]:not(:disabled), tr[data-id="${id}"] [data-move]:not(:disabled)`)?.focus();
		});
	}
	const mover = (row: ContactRow) => movable && (
		<>
			<button type="button" class="btn btn-icon" data-move="-1" disabled={row === rows[0]} aria-label={t('contact.up', {name: row.name})} title={t('contact.up', {name: row.name})} onClick={() => move(row, -1)}><Icon name="up" /></button>
			<button type="button" class="btn btn-icon" data-move="1" disabled={row === rows[rows.length - 1]} aria-label={t('contact.down', {name: row.name})} title={t('contact.down', {name: row.name})} onClick={() => move(row, 1)}><Icon name="down" /></button>
		</>
	);
	return (
		<SettingsPage wide title={t('contacts')} actions={<a class="btn btn-primary" href={`${PATH}/new`}>{t('contact.add')}</a>}>
			<CrudTable alone title={t('contacts')} table={table} columns={columns} href={({id}) => `${PATH}/${id}`} nameOf={({name}) => name} actions={mover}
				rowClass={({id}) => drag.rowClass(id, rows.map((row) => row.id))} onDelete={setAsked} />
			{asked && <DeleteContacts ids={asked} rows={rows} onClose={() => setAsked(null)} onDone={() => { setAsked(null); void reload(); renewSession(); }} />}
		</SettingsPage>
	);
}

// For pointers; keyboards have the buttons.
function Grip({onStart}: {onStart: (event: PointerEvent) => void}) {
	const t = useTexts();
	return <span class="grip" aria-hidden="true" title={t('contact.drag')} onPointerDown={onStart} onClick={(event) => event.stopPropagation()}><Icon name="grip" /></span>;
}

function Addresses({list}: {list: string[]}) {
	return <>{list.filter(Boolean).map((address) => <div key={address}>{address}</div>)}</>;
}

// Asks what becomes of the threads, then deletes one after the other.
function DeleteContacts({ids, rows, onClose, onDone}: {ids: number[]; rows: ContactRow[]; onClose: () => void; onDone: () => void}) {
	const t = useTexts();
	const [threads, setThreads] = useState<number | null>(null);
	const [what, setWhat] = useState<'keep' | 'move'>('keep');
	const others = rows.filter((row) => !ids.includes(row.id));
	const [to, setTo] = useState(String(others[0]?.id ?? ''));
	const [error, setError] = useState('');
	useEffect(() => {
		Promise.all(ids.map((id) => api.get(id))).then((all) => setThreads(all.reduce((sum, one) => sum + one.threads, 0)), fail);
	}, []);

	async function remove() {
		setError('');
		try {
			for (const id of ids) await api.remove(id, what === 'move' ? `?threads=${to}` : '');
			toast('done', t(ids.length > 1 ? 'done.deletions' : 'done.deletion'));
			onDone();
		} catch (problem) {
			setError(problem instanceof server.ApiError && problem.status === 422 ? t('invalid.no_target') : explain(problem));
		}
	}
	if (threads === null) return null;
	const options: [('keep' | 'move'), string][] = [['keep', t('contact.threadsKeep')], ['move', t('contact.threadsMove')]];
	return (
		<Dialog title={t('delete.items', {n: ids.length})} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose} autofocus>{t('cancel')}</button>
				<button type="button" class="btn btn-danger" onClick={() => void remove()}>{t('delete')}</button>
			</>
		}>
			<p class="dialog-text">{t('delete.sure')}</p>
			{threads > 0 && <Radios label={t('contact.threads', {n: threads})} name="threads" value={what} onChange={setWhat} options={others.length ? options : options.slice(0, 1)} />}
			{threads > 0 && what === 'move' && <SelectField label={t('contact.threadsTo')} value={to} options={others.map(({id, name}) => [String(id), name] as const)} onChange={setTo} />}
			{error && <div class="alert-line" role="alert"><Icon name="warn" />{error}</div>}
		</Dialog>
	);
}

interface Form extends Omit<Contact, 'addresses'> {
	addresses: string; // one a line
}

function formOf(contact: Contact): Form {
	return {...contact, addresses: contact.addresses.join('\n')};
}

function One({id}: {id: number | 'new'}) {
	const t = useTexts();
	const code = useValue(language);
	const who = useValue(session);
	const isNew = id === 'new';
	const [found, setFound] = useState(isNew);
	const first: Form = {id: 0, version: 0, name: {}, description: {}, addresses: '', saving: true, taking: false, shops: who?.shops.map((shop) => shop.id) ?? [], threads: 0};
	const form = useForm<Form>(first, async ({version, addresses, name, description, saving, taking, shops}) => {
		const body = {name, description, saving, taking, shops, addresses: addresses.split(/[\n,;]/).map((text) => text.trim()).filter(Boolean)};
		if (isNew) await api.create(body);
		else await api.change(id, version, body);
		toast('done', t(isNew ? 'done.creation' : 'done.change'));
		renewSession();
		go(PATH);
	}, {name: t('contact.title'), description: t('contact.description')});

	function load() {
		if (!isNew) api.get(id).then((contact) => { form.restart(formOf(contact)); setFound(true); }, fail);
	}
	useEffect(load, [id]);

	const {values, set, errors} = form;
	const shops = who?.shops ?? [];
	const title = isNew ? t('contact.add') : t('contact.editing', {name: values.name[code] || Object.values(values.name).find(Boolean) || ''});
	return (
		<SettingsPage title={title} back={{href: PATH, text: t('contacts')}}>
			{found && (
				<form onSubmit={(event) => void form.submit(event)} noValidate>
					<Section title={t('contact.section')}>
						<Conflict shown={form.conflict} onReload={load} />
						<LanguageField name="name" label={t('contact.title')} help={t('contact.titleHelp')} required value={values.name} errors={errors} onChange={(name) => set('name', name)} />
						<TextArea name="addresses" label={t('contact.addresses')} help={t('contact.addressesHelp')} rows={3} value={values.addresses} error={errors.addresses} onChange={(addresses) => set('addresses', addresses)} />
						<Switch name="saving" label={t('contact.saving')} help={t('contact.savingHelp')} checked={values.saving} onChange={(saving) => set('saving', saving)} />
						<Radios label={t('contact.mail')} name="taking" value={values.taking ? 'take' : 'keep'} onChange={(way) => set('taking', way === 'take')}
							options={[['keep', t('contact.keep')], ['take', t('contact.take')]]} />
						<LanguageField name="description" label={t('contact.description')} help={t('contact.descriptionHelp')} rows={3} value={values.description} errors={errors} onChange={(description) => set('description', description)} />
						{shops.length > 1
							? <Choices label={t('contact.shops')} error={errors.shops} options={shops.map((shop) => [shop.id, shop.name] as const)} chosen={values.shops} onChange={(chosen) => set('shops', chosen)} />
							: <Field label={t('contact.shops')} error={errors.shops}>{(ids) => <output {...ids} aria-required={undefined} aria-invalid={undefined}>{shops[0]?.name}</output>}</Field>}
						<SaveBar waiting={form.waiting} cancel={PATH} />
					</Section>
				</form>
			)}
		</SettingsPage>
	);
}
